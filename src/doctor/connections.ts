import { counted } from '../core/counted.ts'
import { type Finding, ok, warn } from './finding.ts'

export interface ConnectionsReading {
  /** How many more may be opened, by the tightest limit. */
  left: number
  limit: number
  of: 'server' | 'database' | 'role'
}

const settings = {
  server: 'raise max_connections, or put a pooler in between',
  database: 'ALTER DATABASE … CONNECTION LIMIT',
  role: 'ALTER ROLE … CONNECTION LIMIT',
}

/**
 * Checks whether a process can open its connections.
 *
 * @param perProcess how many a process opens at most
 */
export function checkConnections(
  { left, limit, of }: ConnectionsReading,
  perProcess: number,
): Finding[] {
  const found = `${counted(left, 'connection')} left of ${limit} for the ${of}`
  if (left >= perProcess) return [ok('connections', found)]
  return [warn('connections', `${found}; a process opens up to ${perProcess}`, settings[of])]
}
