import { type SQL, sql } from 'drizzle-orm'
import type { Deployment } from '../../core/send/deployment.ts'

/** Whether a row of the provider accounts remembers another deployment. Undefined: it does not matter. */
export function isMoved(deployment: Deployment | undefined): SQL {
  if (!deployment) return sql`false`
  return sql`coalesce(public_url <> ${deployment.publicUrl}, false)`
}
