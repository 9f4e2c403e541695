import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

/** Whether and how a connection is encrypted, in libpq's words: what its `allow` is, is `prefer` here. */
export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'

/** Where a database is, so that two drivers need not read a URL in two ways. */
export interface DatabaseAddress {
  /** A name, an address, or the folder of a Unix socket. */
  host: string
  port: number
  user: string | undefined
  password: string | undefined
  database: string | undefined
  sslMode: SslMode
  /** What Node is to be told for that; false: no TLS. */
  tls: ConnectionOptions | false
  /** What the server calls the connections. */
  applicationName: string | undefined
  /** Settings as on the server's command line, `-c name=value`. */
  options: string | undefined
}

const MODES: Record<string, SslMode> = {
  disable: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'no-verify': 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
  // As `ssl=` of other drivers has it.
  false: 'disable',
  true: 'require',
}

/**
 * Reads a `postgres://` URL as libpq does
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS): `require` encrypts
 * and asks nobody who answers, but with `sslrootcert` it is `verify-ca`. Both drivers differ from that,
 * and from each other. Where no mode is given it is `disable`; `resolveTlsMode` looks before whether there
 * is better. Parameters that are not the server's business, as poolers and other drivers have them, are
 * left out: a server, or PgBouncer, refuses what it does not know.
 *
 * Throws an Error that reads on from the name of a variable and repeats nothing of the URL.
 */
export function readDatabaseUrl(text: string): DatabaseAddress {
  const url = new URL(text)
  const given = (name: string) => url.searchParams.get(name) || undefined
  const host = decode(url.hostname).replace(/^\[|\]$/g, '')
  const address = {
    host: given('host') ?? (host || 'localhost'),
    port: Number(given('port') ?? (url.port || 5432)),
    user: given('user') ?? part(url.username),
    password: given('password') ?? part(url.password),
    database: given('dbname') ?? part(url.pathname.slice(1)),
    applicationName: given('application_name'),
    options: given('options'),
  }
  const sslMode = address.host.startsWith('/') ? 'disable' : readMode(given)
  return { ...address, sslMode, tls: tlsOf(sslMode, address.host, given) }
}

type Given = (name: string) => string | undefined

function readMode(given: Given): SslMode {
  const name = given('sslmode') ?? given('ssl') ?? 'disable'
  const mode = MODES[name]
  if (!mode) {
    throw new Error(
      `has an sslmode that is none of ${[...new Set(Object.values(MODES))].join(', ')}`,
    )
  }
  if (given('sslrootcert') === 'system' && mode !== 'disable') return 'verify-full'
  return mode === 'require' && given('sslrootcert') ? 'verify-ca' : mode
}

function tlsOf(mode: SslMode, host: string, given: Given): ConnectionOptions | false {
  // `prefer` is settled before the drivers come: one of them does not know it.
  if (mode === 'disable' || mode === 'prefer') return false
  const root = given('sslrootcert')
  return {
    // Or postgres.js would compare the certificate of an IP address with `localhost`.
    host,
    ...(root && root !== 'system' && { ca: readCertificate('sslrootcert', root) }),
    ...readOwnCertificate(given),
    rejectUnauthorized: mode !== 'require',
    ...(mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
  }
}

function readOwnCertificate(given: Given): ConnectionOptions {
  const [cert, key] = [given('sslcert'), given('sslkey')]
  if (!cert || !key) return {}
  return { cert: readCertificate('sslcert', cert), key: readCertificate('sslkey', key) }
}

function readCertificate(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`names a file in ${parameter} that cannot be read (${code})`)
  }
}

/** Whether a host is this machine, or the folder of a Unix socket. */
export function isLocalHost(host: string): boolean {
  return host.startsWith('/') || /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host)
}

function part(text: string): string | undefined {
  return text === '' ? undefined : decode(text)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error('has a % that begins no escape; a % itself is written %25')
  }
}
