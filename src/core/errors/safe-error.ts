/** The part of an error that is safe to log or store: no query parameters, no bytes, no other fields. */
export interface SafeError {
  type: string
  message: string
  code?: string
  schema?: string
  table?: string
  column?: string
  constraint?: string
  /** Frames only: the first line of a stack repeats the unmasked message. */
  stack?: string
  cause?: SafeError
  /** The errors of an AggregateError. */
  errors?: SafeError[]
}

const LONGEST_MESSAGE = 500
const LONGEST_QUERY = 300
const MOST_JOINED = 5
const DEEPEST = 8
const FRAME = /^\s+at .+$/
/** PostgreSQL's class 22, data exceptions: their messages quote the value. */
const QUOTES_VALUE = /^22...$/
const RAISED_AT = /^PL\/pgSQL function \S+\([^)]*\) line \d+ at \w+/
/** Shorter parameters would also match parts of ordinary words. */
const SHORTEST_PARAMETER = 4

/** Fields of an error that contain names but no data. */
const NAMES = ['code', 'schema', 'table', 'column', 'constraint'] as const
/** postgres.js's names for the same fields. */
const OTHER_NAMES = {
  code: 'code',
  schema: 'schema_name',
  table: 'table_name',
  column: 'column_name',
  constraint: 'constraint_name',
} as const

type Fields = Record<string, unknown>

/**
 * Reduces an error to what is safe to log. Drivers and Drizzle put a query's parameters, which include
 * addresses and whole emails, into messages, stacks and fields.
 */
export function safeError(error: unknown): SafeError {
  return reduce(error, [], 0)
}

/** A replacement for `util.inspect`: an error's message, names and frames, then its causes. */
export function inspectError(error: unknown): string {
  return format(safeError(error))
}

function format({ type, message, stack, cause, errors, ...names }: SafeError): string {
  const named = Object.entries(names).map(([name, value]) => `${name}: ${value}`)
  return [
    `${type}: ${message}${named.length > 0 ? ` (${named.join(', ')})` : ''}`,
    ...(stack ? [stack] : []),
    ...(cause ? [`caused by ${format(cause)}`] : []),
    ...(errors ?? []).map(one => `one of them: ${format(one)}`),
  ].join('\n')
}

function reduce(error: unknown, outer: string[], depth: number): SafeError {
  if (typeof error !== 'object' || error === null) {
    return { type: typeof error, message: shorten(String(error)) }
  }
  const fields = error as Fields
  const parameters = [...outer, ...parametersOf(fields)]
  const message = messageOf(fields, parameters)
  const stack = framesOf(fields)
  const inner = (value: unknown) => reduce(value, parameters, depth + 1)
  const isDeep = depth >= DEEPEST
  const { cause, errors } = fields
  return {
    type: typeOf(fields),
    message,
    ...namesOf(fields),
    ...(stack && { stack }),
    ...(typeof cause === 'object' && cause !== null && !isDeep && { cause: inner(cause) }),
    ...(Array.isArray(errors) && !isDeep && { errors: errors.slice(0, MOST_JOINED).map(inner) }),
  }
}

/** Drizzle's errors are all named `Error`. */
function typeOf(fields: Fields): string {
  const { name } = fields
  if (typeof name === 'string' && name !== 'Error') return name
  return fields instanceof Error ? fields.constructor.name : 'Error'
}

function messageOf(fields: Fields, parameters: string[]): string {
  const { query, params, code } = fields
  // Drizzle's message is the query and every parameter.
  if (typeof query === 'string' && Array.isArray(params)) {
    return `Failed query: ${shorten(query.replace(/\s+/g, ' ').trim(), LONGEST_QUERY)}`
  }
  let message = typeof fields.message === 'string' ? fields.message : 'no message'
  // A trigger wrote this message, which may quote the row.
  if (typeof code === 'string' && /^P0...$/.test(code)) {
    return `raised by ${RAISED_AT.exec(String(fields.where))?.[0] ?? 'a function of the database'}`
  }
  if (typeof code === 'string' && QUOTES_VALUE.test(code)) message = message.replace(/".*"/s, '"…"')
  for (const parameter of parameters) message = message.replaceAll(parameter, '…')
  return shorten(message)
}

/** The strings among a query's parameters, longest first: one may contain another. */
function parametersOf({ params, parameters }: Fields): string[] {
  const all = [params, parameters].flatMap(list => (Array.isArray(list) ? list.flat(2) : []))
  return all
    .filter(value => typeof value === 'string' && value.length >= SHORTEST_PARAMETER)
    .sort((a, b) => b.length - a.length)
}

function namesOf(fields: Fields): Partial<SafeError> {
  const found = NAMES.map(name => [name, fields[name] ?? fields[OTHER_NAMES[name]]])
  return Object.fromEntries(
    found
      .filter(([, value]) => typeof value === 'string')
      .map(([name, value]) => [name, shorten(String(value), 100)]),
  )
}

function framesOf({ message, stack }: Fields): string {
  if (typeof stack !== 'string') return ''
  const end = typeof message === 'string' ? stack.indexOf(message) : -1
  const frames = end < 0 ? stack : stack.slice(end + String(message).length)
  return frames
    .split('\n')
    .filter(line => FRAME.test(line))
    .join('\n')
}

function shorten(text: string, longest = LONGEST_MESSAGE): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
