import { type Finding, fail, ok, warn } from './finding.ts'

const OLDEST = 14

export interface ServerReading {
  /** As PostgreSQL tells it. */
  version: string
  /** server_version_num: 150020 for 15.20. */
  versionNumber: number
}

/** How the connection is made. */
export interface ConnectionReading {
  /** A host that is this machine, or a Unix socket. */
  isLocal: boolean
  isEncrypted: boolean
  /** Whether the server has to prove who it is. */
  isVerified: boolean
  /** `embedded PostgreSQL`, or the host. */
  at: string
}

/** Whether the server is new enough and nobody can listen on the way to it. */
export function checkDatabase(server: ServerReading, way: ConnectionReading): Finding[] {
  const { version, versionNumber } = server
  const isOld = versionNumber < OLDEST * 10_000
  return [
    isOld
      ? fail(
          'database',
          `PostgreSQL ${version} at ${way.at}`,
          `PostgreSQL ${OLDEST} or newer is needed`,
        )
      : ok('database', `PostgreSQL ${version} at ${way.at}`),
    checkConnectionPath(way),
  ]
}

function checkConnectionPath({ isLocal, isEncrypted, isVerified }: ConnectionReading): Finding {
  if (isEncrypted)
    return ok('tls', isVerified ? 'on, certificate verified' : 'on, certificate not verified')
  if (isLocal) return ok('tls', 'off, on this machine')
  return warn(
    'tls',
    'off, to another machine: passwords and emails pass in the clear',
    'switch TLS on at the server (ssl = on) and add sslmode=require to DATABASE_URL',
  )
}

export type PoolingReading = 'session' | 'transaction'

/** What stands in between, and where workers LISTEN. `direct` is null where there is no DIRECT_URL. */
export function checkPooler(pooling: PoolingReading, direct: PoolingReading | null): Finding[] {
  if (pooling === 'session') {
    return [ok('pooler', 'none, or one that keeps sessions; workers LISTEN on DATABASE_URL')]
  }
  if (direct === 'session') {
    return [ok('pooler', 'transaction mode; workers LISTEN on DIRECT_URL')]
  }
  const found = 'transaction mode: workers poll, and migrate and adopt need a session'
  const fix = 'set DIRECT_URL to the database itself, or to a pooler in session mode'
  return [warn('pooler', direct ? `${found}; DIRECT_URL leads through one as well` : found, fix)]
}
