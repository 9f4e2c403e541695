import { createRequire } from 'node:module'
import { createQueue } from './queue.ts'

/** Creates pg-boss's schema and our queues, or migrates them to this version. */
export async function installQueue(
  url: string,
  schema?: string,
  onError: (error: Error) => void = () => {},
): Promise<void> {
  const queue = createQueue({ url, schema, onError })
  try {
    await queue.start()
  } finally {
    await queue.stop()
  }
}

/** The schema version that the installed pg-boss needs, according to its package. */
export function wantedQueueVersion(): number {
  const { pgboss } = createRequire(import.meta.url)('pg-boss/package.json') as {
    pgboss: { schema: number }
  }
  return pgboss.schema
}
