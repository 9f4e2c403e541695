import { createRequire } from 'node:module'

/** The schema version that the installed pg-boss needs, according to its package. */
export function wantedQueueVersion(): number {
  const { pgboss } = createRequire(import.meta.url)('pg-boss/package.json') as {
    pgboss: { schema: number }
  }
  return pgboss.schema
}
