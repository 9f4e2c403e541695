import { type SQL, sql } from 'drizzle-orm'
import { batches } from '../schema.ts'

/**
 * The stored request of `batches`, as bytes. Read in base64: how PostgreSQL prints bytea is a
 * setting, which a trigger of the host's may change for the rest of a session.
 */
export const storedRequest = sql`encode(${batches.body}, 'base64')`.mapWith((text: string) =>
  Buffer.from(text, 'base64'),
) as SQL<Buffer | null>
