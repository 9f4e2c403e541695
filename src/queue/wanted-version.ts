import { createRequire } from 'node:module'

/** The version of its schema that our pg-boss works with, as its own package says. */
export function wantedQueueVersion(): number {
  const { pgboss } = createRequire(import.meta.url)('pg-boss/package.json') as {
    pgboss: { schema: number }
  }
  return pgboss.schema
}
