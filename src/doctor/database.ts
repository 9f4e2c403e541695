import { type Finding, fail, ok, warn } from './finding.ts'

const MIN_VERSION = 14

export interface ServerReading {
  /** The text of `server_version`. */
  version: string
  /** server_version_num: 150020 for 15.20. */
  versionNumber: number
  /** The database's encoding; UTF8 is the one that holds every character. */
  encoding: string
}

/** The path of the connection. */
export interface ConnectionReading {
  /** True for this machine and for a Unix socket. */
  isLocal: boolean
  isEncrypted: boolean
  /** Whether the server's certificate is verified. */
  isVerified: boolean
  /** `embedded`, or host and port. */
  at: string
}

/** Checks the server's version, the encoding, and whether the connection is encrypted. */
export function checkDatabase(server: ServerReading, connection: ConnectionReading): Finding[] {
  const { version, versionNumber, encoding } = server
  const isOld = versionNumber < MIN_VERSION * 10_000
  return [
    isOld
      ? fail(
          'database',
          `PostgreSQL ${version} at ${connection.at}`,
          `use PostgreSQL ${MIN_VERSION} or later`,
        )
      : ok('database', `PostgreSQL ${version} at ${connection.at}`),
    encoding === 'UTF8'
      ? ok('encoding', encoding)
      : fail(
          'encoding',
          `${encoding}, which cannot hold every character`,
          "move the data with pg_dump and pg_restore to a database with ENCODING 'UTF8' TEMPLATE template0",
        ),
    checkTls(connection),
  ]
}

function checkTls({ isLocal, isEncrypted, isVerified }: ConnectionReading): Finding {
  if (isEncrypted)
    return ok('tls', isVerified ? 'on, certificate verified' : 'on, certificate not verified')
  if (isLocal) return ok('tls', 'off, on this machine')
  return warn(
    'tls',
    'off, to another machine: passwords and emails are sent in plain text',
    'enable TLS on the server (ssl = on) and add sslmode=require to DATABASE_URL',
  )
}

export type PoolingReading = 'session' | 'transaction'

/** Checks for a transaction pooler, where workers cannot LISTEN. `direct` is null without DIRECT_URL. */
export function checkPooler(pooling: PoolingReading, direct: PoolingReading | null): Finding[] {
  if (pooling === 'session') {
    return [ok('pooler', 'none, or in session mode; workers LISTEN on DATABASE_URL')]
  }
  if (direct === 'session') {
    return [ok('pooler', 'transaction mode; workers LISTEN on DIRECT_URL')]
  }
  const found = 'transaction mode: workers poll, and migrate and adopt cannot run'
  const fix = 'set DIRECT_URL to the database itself, or to a pooler in session mode'
  return [warn('pooler', direct ? `${found}; DIRECT_URL also leads through one` : found, fix)]
}
