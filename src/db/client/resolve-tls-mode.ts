import { connect as connectTcp } from 'node:net'
import { readDatabaseUrl } from '../../config/database-url.ts'
import { TidingsError } from '../../core/errors/tidings-error.ts'

/** The URL requires TLS, but the server does not support it. */
export class TlsUnavailableError extends TidingsError {
  override readonly isRetryable = false

  constructor(address: string, mode: string) {
    super(
      `the database at ${address} does not support TLS, but the URL requires it (sslmode=${mode}). ` +
        'Enable TLS there, or set sslmode=disable if the network in between is private.',
    )
  }
}

/** If nothing answers by then, the drivers connect and report the problem better. */
const PROBE_TIMEOUT_MS = 3_000
/** https://www.postgresql.org/docs/current/protocol-message-formats.html, SSLRequest */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * Returns the URL with an `sslmode` that both drivers know: `prefer`, the default, becomes
 * `require` or `disable`, depending on the server. libpq does so for each connection, only one of
 * our drivers does. Throws `TlsUnavailableError` if the required TLS is unavailable.
 */
export async function resolveTlsMode(url: string): Promise<string> {
  const { host, port, sslMode } = readDatabaseUrl(url)
  const resolved = new URL(url)
  const isGiven = resolved.searchParams.has('sslmode') || resolved.searchParams.has('ssl')
  if (host.startsWith('/') || (isGiven && sslMode === 'disable')) return url
  const speaksTls = await probeTls(host, port)
  if (isGiven && sslMode !== 'prefer') {
    if (speaksTls === false) throw new TlsUnavailableError(`${host}:${port}`, sslMode)
    return url
  }
  resolved.searchParams.delete('ssl')
  resolved.searchParams.set('sslmode', speaksTls ? 'require' : 'disable')
  return resolved.href
}

/** Undefined if nothing answers, or not as PostgreSQL does. */
function probeTls(host: string, port: number): Promise<boolean | undefined> {
  return new Promise(resolve => {
    const socket = connectTcp({ host, port, timeout: PROBE_TIMEOUT_MS }, () =>
      socket.write(SSL_REQUEST),
    )
    const finish = (speaksTls: boolean | undefined) => {
      socket.destroy()
      resolve(speaksTls)
    }
    socket.once('data', ([first]) =>
      finish(first === 0x53 ? true : first === 0x4e ? false : undefined),
    )
    socket.once('timeout', () => finish(undefined))
    socket.once('error', () => finish(undefined))
    socket.once('close', () => finish(undefined))
  })
}
