import { ConfigError } from '../config/config.ts'
import { findTidingsError, type TidingsError } from '../core/errors/tidings-error.ts'
import { DeleteNotGrantedError } from '../core/maintenance/delete-not-granted-error.ts'
import { EmailInFlightError } from '../core/recipients/erasure.ts'
import { SessionRequiredError } from '../db/client/detect-pooling.ts'
import { TlsUnavailableError } from '../db/client/resolve-tls-mode.ts'
import { InvalidRoleError } from '../db/migrate/grants.ts'
import {
  AdoptionIncompleteError,
  HostTablesExistError,
  HostTablesMissingError,
  NotMigratedError,
} from '../db/migrate/migrate.ts'
import { MigrationFailedError } from '../db/migrate/migrations.ts'
import { ClusterError } from '../local/postgres/start-cluster.ts'
import { InvalidValueError } from './invalid-value.ts'

/** Exit codes; 69 and 78 as in sysexits.h. */
export const EXIT = { ok: 0, failed: 1, unavailable: 69, misconfigured: 78 } as const

/** What to tell a person about an error that ended a command, and with which code to exit. */
export interface ExitReport {
  code: number
  /** Without a stack: these are faults of the surroundings, not of the program. */
  lines: string[]
}

/** Null for an error that nobody foresaw: that one deserves its stack. */
export function explainError(error: unknown): ExitReport | null {
  const ours = findTidingsError(error)
  // What a migration stumbles over may be a lost connection, and then that is the news.
  if (ours && !(ours instanceof MigrationFailedError)) return explainOurs(ours)
  return explainSurroundings(error) ?? (ours ? explainOurs(ours) : null)
}

function explainOurs(error: TidingsError): ExitReport {
  const [, code] = EXIT_CODES.find(([kind]) => error instanceof kind) ?? []
  return {
    code: code ?? (error.isRetryable ? EXIT.unavailable : EXIT.failed),
    lines: linesOf(error),
  }
}

function linesOf(error: TidingsError): string[] {
  const { message } = error
  if (error instanceof ConfigError) return [`${message}:`, ...error.faults.map(line => `  ${line}`)]
  if (error instanceof InvalidValueError) return [`error: ${message}`]
  if (error instanceof DeleteNotGrantedError) return [`${message}. Nothing was changed.`]
  return [message]
}

/** Of what is not listed: `unavailable` where it may be tried again, else `failed`. */
const EXIT_CODES: [kind: abstract new (...args: never[]) => TidingsError, code: number][] = [
  [ConfigError, EXIT.misconfigured],
  // The database is not what the command wants, or the command line asks for what cannot be.
  [NotMigratedError, EXIT.misconfigured],
  [HostTablesExistError, EXIT.misconfigured],
  [HostTablesMissingError, EXIT.misconfigured],
  [AdoptionIncompleteError, EXIT.misconfigured],
  [InvalidRoleError, EXIT.misconfigured],
  [SessionRequiredError, EXIT.misconfigured],
  [TlsUnavailableError, EXIT.misconfigured],
  [ClusterError, EXIT.unavailable],
  [EmailInFlightError, EXIT.failed],
  [MigrationFailedError, EXIT.failed],
]

function explainSurroundings(error: unknown): ExitReport | null {
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
  return null
}

/** What Node says of a certificate, as OpenSSL names it: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_CA)/

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
