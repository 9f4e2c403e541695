import { ConfigError } from '../config/config.ts'
import { findTidingsError, type TidingsError } from '../core/errors/tidings-error.ts'
import { DeleteNotGrantedError } from '../core/maintenance/delete-not-granted-error.ts'
import { EmailInFlightError } from '../core/recipients/erasure.ts'
import { SessionRequiredError } from '../db/client/detect-pooling.ts'
import { TlsUnavailableError } from '../db/client/resolve-tls-mode.ts'
import { InvalidRoleError } from '../db/migrate/grants.ts'
import { RightsMissingError } from '../db/migrate/lacking-rights.ts'
import {
  AdoptionIncompleteError,
  HostTablesExistError,
  HostTablesMissingError,
  NotMigratedError,
} from '../db/migrate/migrate.ts'
import { MigrationFailedError } from '../db/migrate/migrations.ts'
import { ForeignQueueError } from '../db/migrate/queue-schema.ts'
import { EncodingError } from '../db/migrate/require-utf8.ts'
import { ClusterError } from '../local/postgres/start-cluster.ts'
import { InvalidValueError } from './invalid-value.ts'

/** Exit codes; 69 and 78 as in sysexits.h. */
export const EXIT = { ok: 0, failed: 1, unavailable: 69, misconfigured: 78 } as const

/** The message for an error that ended a command, and the exit code. */
export interface ExitReport {
  code: number
  /** Without a stack: the cause is the environment, not the program. */
  lines: string[]
}

/** Null for an unexpected error, which is printed with its stack. */
export function explainError(error: unknown): ExitReport | null {
  const known = findTidingsError(error)
  // A migration may have failed because of a lost connection, which is then the better message.
  if (known && !(known instanceof MigrationFailedError)) return explainKnown(known)
  return explainEnvironment(error) ?? (known ? explainKnown(known) : explainDenied(error))
}

function explainKnown(error: TidingsError): ExitReport {
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

/** Other errors: `unavailable` if they are retryable, otherwise `failed`. */
const EXIT_CODES: [kind: abstract new (...args: never[]) => TidingsError, code: number][] = [
  [ConfigError, EXIT.misconfigured],
  // The database is in the wrong state, or the command line asks for something impossible.
  [NotMigratedError, EXIT.misconfigured],
  [HostTablesExistError, EXIT.misconfigured],
  [HostTablesMissingError, EXIT.misconfigured],
  [AdoptionIncompleteError, EXIT.misconfigured],
  [ForeignQueueError, EXIT.misconfigured],
  [RightsMissingError, EXIT.misconfigured],
  [InvalidRoleError, EXIT.misconfigured],
  [EncodingError, EXIT.misconfigured],
  [SessionRequiredError, EXIT.misconfigured],
  [TlsUnavailableError, EXIT.misconfigured],
  [ClusterError, EXIT.unavailable],
  [EmailInFlightError, EXIT.failed],
  [MigrationFailedError, EXIT.failed],
]

function explainEnvironment(error: unknown): ExitReport | null {
  for (const { code, message, port, address } of causes(error)) {
    if (code === 'EADDRINUSE') {
      const advice = 'Stop the process that uses it, or set PORT to another port.'
      return { code: EXIT.unavailable, lines: [`port ${port} on ${address} is in use. ${advice}`] }
    }
    if (code && CERTIFICATE.test(code)) {
      return {
        code: EXIT.unavailable,
        lines: [
          `the certificate of the database is not trusted: ${message} (${code}). Name its root ` +
            'certificate in DATABASE_URL (sslrootcert=FILE), or encrypt without verifying the ' +
            'server (sslmode=require).',
        ],
      }
    }
    if (code && (UNREACHABLE.has(code) || /^(08|28|3D|57P)/.test(code))) {
      return {
        code: EXIT.unavailable,
        lines: [`the database cannot be reached: ${message || code}. Check DATABASE_URL.`],
      }
    }
  }
  return null
}

/** A right is missing that no check has found before. */
function explainDenied(error: unknown): ExitReport | null {
  for (const { code, message } of causes(error)) {
    if (code !== '42501') continue
    const advice = 'npm run tidings -- grants --role NAME prints the rights that a role needs.'
    return {
      code: EXIT.misconfigured,
      lines: [`the role in DATABASE_URL lacks a right: ${message}. ${advice}`],
    }
  }
  return null
}

/** OpenSSL's certificate errors: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
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

/** Yields an error, its causes, and the members of aggregate errors. */
function* causes(error: unknown): Generator<Fault> {
  for (let at = error; at instanceof Error; at = at.cause) {
    yield at as Fault
    if (at instanceof AggregateError) for (const one of at.errors) yield* causes(one)
  }
}
