import { connect as connectTcp } from 'node:net'
import { readDatabaseUrl } from '../../config/database-url.ts'
import { TidingsError } from '../../core/errors/tidings-error.ts'

/** The URL asks for TLS, and the server has none. */
export class TlsUnavailableError extends TidingsError {
  override readonly isRetryable = false

  constructor(address: string, mode: string) {
    super(
      `the database at ${address} speaks no TLS, and the URL asks for it (sslmode=${mode}). ` +
        'Switch it on there, or say sslmode=disable if the way to it is private.',
    )
  }
}

/** Who does not answer by then is left to the drivers, which tell of it better. */
const PATIENCE_MS = 3_000
/** https://www.postgresql.org/docs/current/protocol-message-formats.html, SSLRequest */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * The URL with an `sslmode` that both drivers know: `prefer`, which is also what no mode means, becomes
 * `require` where the server speaks TLS and `disable` where it does not. libpq does this for each
 * connection, of our drivers only one does. Throws `TlsUnavailableError` where TLS is asked for in vain.
 */
export async function resolveTlsMode(url: string): Promise<string> {
  const { host, port, sslMode } = readDatabaseUrl(url)
  const settled = new URL(url)
  const isGiven = settled.searchParams.has('sslmode') || settled.searchParams.has('ssl')
  if (host.startsWith('/') || (isGiven && sslMode === 'disable')) return url
  const speaksTls = await askForTls(host, port)
  if (isGiven && sslMode !== 'prefer') {
    if (speaksTls === false) throw new TlsUnavailableError(`${host}:${port}`, sslMode)
    return url
  }
  settled.searchParams.delete('ssl')
  settled.searchParams.set('sslmode', speaksTls ? 'require' : 'disable')
  return settled.href
}

/** Undefined where nobody answers, or not as PostgreSQL does. */
function askForTls(host: string, port: number): Promise<boolean | undefined> {
  return new Promise(resolve => {
    const socket = connectTcp({ host, port, timeout: PATIENCE_MS }, () => socket.write(SSL_REQUEST))
    const answer = (speaksTls: boolean | undefined) => {
      socket.destroy()
      resolve(speaksTls)
    }
    socket.once('data', ([first]) =>
      answer(first === 0x53 ? true : first === 0x4e ? false : undefined),
    )
    socket.once('timeout', () => answer(undefined))
    socket.once('error', () => answer(undefined))
    socket.once('close', () => answer(undefined))
  })
}
