import { maskAddresses } from '../../core/errors/mask-addresses.ts'
import { inspectError } from '../../core/errors/safe-error.ts'
import { withoutControlsInLines } from '../../core/render/clean-text.ts'
import { isLostConnection } from './lost-connection.ts'

/**
 * On a lost connection, postgres.js 3.4.9 ends the process in two ways that no query can catch: it
 * throws outside any promise after a deferred write (#1066, #1154, #1208), and nobody awaits its
 * query for array types. Other uncaught errors still end the process.
 */
export function surviveLostConnections(): void {
  process.on('uncaughtException', (error, origin) => {
    if (isDeferredWrite(error)) return
    if (origin === 'unhandledRejection' && isLostConnection(error)) return
    console.error(withoutControlsInLines(maskAddresses(inspectError(error))))
    process.exit(1)
  })
}

function isDeferredWrite(error: Error): boolean {
  return (
    error instanceof TypeError &&
    /reading 'write'|null \(reading/.test(error.message) &&
    /nextWrite/.test(error.stack ?? '') &&
    /postgres[\\/](src|cjs)/.test(error.stack ?? '')
  )
}
