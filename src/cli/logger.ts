import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import pretty from 'pino-pretty'
import { maskAddresses } from '../core/errors/mask-addresses.ts'
import { safeError } from '../core/errors/safe-error.ts'
import { createScrub } from '../core/errors/scrub-secrets.ts'
import { escapeJson } from '../core/render/escape-json.ts'
import { logForTerminal } from './terminal-log.ts'

const REDACTED = [
  'req.headers.authorization',
  '*.apiKey',
  '*.apiTokens',
  '*.cronSecrets',
  '*.readTokens',
]
/** How deep objects are searched for errors; no log line nests deeper. */
const MAX_DEPTH = 6

/** Logs to standard error: readable lines on a terminal, otherwise JSON lines. */
export function createLogger(level: string, secrets: string[] = []): Logger {
  const destination = process.stderr.isTTY
    ? logForTerminal(
        pretty({
          destination: 2,
          sync: true,
          ignore: 'pid,hostname',
          translateTime: 'SYS:HH:MM:ss',
        }),
      )
    : pino.destination(2)
  return createLoggerTo(destination, level, secrets)
}

/**
 * Masks whole lines, so that no address or secret gets through in any field or message. Errors and bytes
 * are reduced before they are written, under any name and from any library.
 */
export function createLoggerTo(
  destination: DestinationStream,
  level: string,
  secrets: string[] = [],
): Logger {
  const scrub = createScrub(secrets)
  return pino(
    {
      level,
      redact: REDACTED,
      hooks: { streamWrite: line => escapeJson(scrub(maskAddresses(line))), logMethod },
      serializers: { err: value => keepSafe(value), error: value => keepSafe(value) },
    },
    destination,
  )
}

type ErrorLike = { message: string; stack?: unknown }
type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>

const logMethod: LogMethod = function reduceArguments(args, method) {
  const found: ErrorLike[] = []
  const reduced = args.map(arg => keepSafe(arg, found))
  // Fastify repeats an error's message as the message of the line.
  const [first, ...rest] = reduced.map(arg =>
    typeof arg === 'string' ? quoteSafely(arg, found) : arg,
  )
  // pino would spread the reduced error into the fields of the line.
  const fields = args[0] instanceof Error ? { err: first } : first
  method.apply(this, [fields, ...rest] as Parameters<typeof method>)
}

function quoteSafely(text: string, errors: ErrorLike[]): string {
  return errors.reduce(
    (quoted, error) =>
      error.message === '' ? quoted : quoted.replaceAll(error.message, safeError(error).message),
    text,
  )
}

/** Copies a value with errors reduced and bytes replaced. Appends each error to `found`. */
function keepSafe(value: unknown, found: ErrorLike[] = [], depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isErrorLike(value)) {
    found.push(value)
    return safeError(value)
  }
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  if (depth >= MAX_DEPTH) return '…'
  if (Array.isArray(value)) return value.map(item => keepSafe(item, found, depth + 1))
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, keepSafe(inner, found, depth + 1)]),
  )
}

/** pg-boss passes copies of errors that are no instances of Error. */
function isErrorLike(value: object): value is ErrorLike {
  if (value instanceof Error) return true
  const { message, stack } = value as { message?: unknown; stack?: unknown }
  return typeof message === 'string' && typeof stack === 'string'
}
