import { sql } from 'drizzle-orm'
import { counted } from '../../core/counted.ts'
import { TidingsError } from '../../core/errors/tidings-error.ts'
import { queueNames } from '../../core/queue.ts'
import type { Database } from '../client/connect.ts'

export interface QueueSchema {
  name: string
  /** The schema version that the installed pg-boss creates. */
  version: number
}

/** How to leave the application's own pg-boss alone. */
export const USE_QUEUE_SCHEMA =
  'Set QUEUE_SCHEMA to the name of another schema, such as tidings_queue, for every process'

/** QUEUE_SCHEMA names a schema that another program uses. */
export class ForeignQueueError extends TidingsError {
  override readonly isRetryable = false

  constructor(reason: string) {
    super(`${reason}; nothing was changed. ${USE_QUEUE_SCHEMA}.`)
  }
}

/** Throws `ForeignQueueError` unless the schema is Tidings' own, empty or missing. */
export async function requireOwnQueue(db: Database, schema: QueueSchema): Promise<void> {
  const reason = await findForeignQueue(db, schema)
  if (reason) throw new ForeignQueueError(reason)
}

/**
 * Why the queue's schema belongs to another program; null if it is Tidings' own, empty or missing.
 * Its own has all our queues, in any version, or is being installed: our version, no other queue.
 */
export async function findForeignQueue(
  db: Database,
  { name, version }: QueueSchema,
): Promise<string | null> {
  const tables = await db.execute<{ name: string; readable: boolean }>(sql`
    select c.relname as name, has_schema_privilege(n.oid, 'USAGE')
      and has_table_privilege(c.oid, 'SELECT') as readable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${name} and c.relkind in ('r', 'p', 'v', 'm', 'f')`)
  if (tables.length === 0) return null
  const isThere = (table: string) => tables.some(found => found.name === table)
  if (!isThere('version') || !isThere('job')) {
    return `the schema ${name} has tables, but not those of pg-boss`
  }
  const read = tables.filter(table => ['version', 'queue'].includes(table.name))
  if (read.some(({ readable }) => !readable)) {
    return `the schema ${name} has tables that this role may not read, so it may belong to another program`
  }
  const at = (table: string) => sql`${sql.identifier(name)}.${sql.identifier(table)}`
  const [row] = await db.execute<{ version: number }>(
    sql`select version::int as version from ${at('version')}`,
  )
  // Up to version 9 pg-boss had no table of queues.
  const queues = isThere('queue')
    ? await db.execute<{ name: string }>(
        sql`select name from ${at('queue')} where name not like '\\_\\_pgboss\\_\\_%'`,
      )
    : []
  const own: string[] = Object.values(queueNames)
  const found = new Set(queues.map(queue => queue.name))
  // Installations of version 0.2 lack `later` until the service has started.
  const first = own.filter(queue => queue !== queueNames.later)
  if (first.every(queue => found.has(queue))) return null
  const others = [...found].filter(queue => !own.includes(queue))
  if (row?.version === version && others.length === 0) return null
  const holds = others.length > 0 ? ` with ${counted(others.length, 'other queue')}` : ''
  return (
    `the schema ${name} belongs to another program: it has pg-boss in schema version ` +
    `${row?.version ?? 'unknown'}${holds} and lacks the queues of Tidings, which needs version ${version}`
  )
}
