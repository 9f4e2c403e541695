/** Where pg-boss's tables are, unless QUEUE_SCHEMA names another schema. */
export const defaultQueueSchema = 'pgboss'

/** The queues in pg-boss. Installations have them under these names. */
export const queueNames = {
  scan: 'scan',
  deliver: 'deliver',
  tick: 'scheduled-run',
  later: 'delayed-run',
  maintenance: 'housekeeping',
} as const
