import { ConfigError } from '../config/config.ts'
import { UnderWay } from '../core/privacy/erasure.ts'
import { MayNotDelete } from '../core/record/may-not-delete.ts'
import { SessionNeeded } from '../db/detect-pooling.ts'
import { UnusableRole } from '../db/grants.ts'
import { AdoptionUnfinished, HostTablesFound, NoHostTables, NotMigrated } from '../db/migrate.ts'
import { MigrationFailed } from '../db/migrations.ts'
import { NoTls } from '../db/settle-tls.ts'
import { ClusterError } from '../postgres/start-cluster.ts'
import { WrongValue } from './wrong-value.ts'

/** Exit codes; 69 and 78 as in sysexits.h. */
export const EXIT = { ok: 0, failed: 1, unavailable: 69, misconfigured: 78 } as const

/** What to tell a person about an error that ended a command, and with which code to exit. */
export interface Farewell {
  code: number
  /** Without a stack: these are faults of the surroundings, not of the program. */
  lines: string[]
}

/** Null for an error that nobody foresaw: that one deserves its stack. */
export function explainError(error: unknown): Farewell | null {
  if (error instanceof ConfigError) {
    return {
      code: EXIT.misconfigured,
      lines: [`${error.message}:`, ...error.faults.map(fault => `  ${fault}`)],
    }
  }
  if (MISPLACED.some(kind => error instanceof kind)) {
    return { code: EXIT.misconfigured, lines: [(error as Error).message] }
  }
  if (error instanceof WrongValue) return { code: EXIT.failed, lines: [`error: ${error.message}`] }
  if (error instanceof UnderWay) return { code: EXIT.failed, lines: [error.message] }
  if (error instanceof MayNotDelete) {
    return { code: EXIT.failed, lines: [`${error.message}. Nothing was changed.`] }
  }
  if (error instanceof ClusterError) return { code: EXIT.unavailable, lines: [error.message] }
  for (const { code, message, port, address } of causes(error)) {
    if (code === 'EADDRINUSE') {
      const advice = `Stop what uses it, or set PORT to another one.`
      return { code: EXIT.unavailable, lines: [`port ${port} on ${address} is in use. ${advice}`] }
    }
    if (code && CERTIFICATE.test(code)) {
      return {
        code: EXIT.unavailable,
        lines: [
          `the certificate of the database is not trusted: ${message} (${code}). Name the root that ` +
            'signed it in DATABASE_URL (sslrootcert=FILE), or encrypt without asking who answers ' +
            '(sslmode=require).',
        ],
      }
    }
    if (code && (UNREACHABLE.has(code) || /^(08|28|3D|57P)/.test(code))) {
      return {
        code: EXIT.unavailable,
        lines: [`the database cannot be reached: ${message || code}. Look at DATABASE_URL.`],
      }
    }
  }
  if (error instanceof MigrationFailed) return { code: EXIT.failed, lines: [error.message] }
  return null
}

/** What Node says of a certificate, as OpenSSL names it: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_CA)/

/** The database is not what the command wants, or the command line asks for what cannot be. */
const MISPLACED = [
  NotMigrated,
  HostTablesFound,
  NoHostTables,
  AdoptionUnfinished,
  UnusableRole,
  SessionNeeded,
  NoTls,
]

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
])

type Fault = { code?: string; message?: string; port?: number; address?: string }

/** An error, its causes, and the errors it joins. */
function* causes(error: unknown): Generator<Fault> {
  for (let at = error; at instanceof Error; at = at.cause) {
    yield at as Fault
    if (at instanceof AggregateError) for (const one of at.errors) yield* causes(one)
  }
}
