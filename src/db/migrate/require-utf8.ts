import { sql } from 'drizzle-orm'
import { TidingsError } from '../../core/errors/tidings-error.ts'
import type { Database } from '../client/connect.ts'

/** The database's encoding cannot hold every text. PostgreSQL cannot change it. */
export class EncodingError extends TidingsError {
  override readonly isRetryable = false

  constructor(encoding: string) {
    super(
      `the database's encoding is ${encoding}, which cannot hold every character of an email; ` +
        'Tidings needs UTF8. Nothing was changed. Create a database with CREATE DATABASE … ' +
        "ENCODING 'UTF8' TEMPLATE template0, and move the data there with pg_dump and pg_restore.",
    )
  }
}

/** Throws `EncodingError` if the database's encoding is not UTF8. */
export async function requireUtf8(db: Database): Promise<void> {
  const [row] = await db.execute<{ encoding: string }>(
    sql`select current_setting('server_encoding') as encoding`,
  )
  if (row && row.encoding !== 'UTF8') throw new EncodingError(row.encoding)
}
