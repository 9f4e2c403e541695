import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

/** libpq's `sslmode`, except that `allow` is treated as `prefer`. */
export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'

/** A parsed database URL, so that both drivers use the same values. */
export interface DatabaseAddress {
  /** A name, an address or the directory of a Unix socket. */
  host: string
  port: number
  user: string | undefined
  password: string | undefined
  database: string | undefined
  sslMode: SslMode
  /** Node's options for that mode; false: no TLS. */
  tls: ConnectionOptions | false
  /** The connections' name on the server. */
  applicationName: string | undefined
  /** Settings in the format of the server's command line, `-c name=value`. */
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
  // Values of `ssl=` in other drivers.
  false: 'disable',
  true: 'require',
}

/**
 * Parses a `postgres://` URL as libpq does, unlike both drivers: `require` does not verify the server, but
 * with `sslrootcert` it means `verify-ca`. The default is `disable`. Ignores unknown parameters, which a
 * server would refuse. Error messages continue after a variable's name and contain no part of the URL.
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
      `must have an sslmode that is one of ${[...new Set(Object.values(MODES))].join(', ')}`,
    )
  }
  if (given('sslrootcert') === 'system' && mode !== 'disable') return 'verify-full'
  return mode === 'require' && given('sslrootcert') ? 'verify-ca' : mode
}

function tlsOf(mode: SslMode, host: string, given: Given): ConnectionOptions | false {
  // `resolveTlsMode` replaces `prefer` before, because one of the drivers does not support it.
  if (mode === 'disable' || mode === 'prefer') return false
  const root = given('sslrootcert')
  return {
    // Otherwise postgres.js compares the certificate of an IP address with `localhost`.
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

/** Whether a host is this machine, by name, loopback address or Unix socket. */
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
    throw new Error('has a % that is not part of an escape; write a literal % as %25')
  }
}
