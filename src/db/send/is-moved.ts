import { type SQL, sql } from 'drizzle-orm'
import type { Deployment } from '../../core/send/deployment.ts'

/** Whether a row of the provider accounts remembers another deployment. Undefined: it does not matter. */
export function isMoved(deployment: Deployment | undefined): SQL<boolean> {
  if (!deployment) return sql<boolean>`false`
  return sql<boolean>`coalesce(public_url <> ${deployment.publicUrl}, false)`
}
