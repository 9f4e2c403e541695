import { maskAddresses } from '../../core/errors/mask-addresses.ts'
import { inspectError } from '../../core/errors/safe-error.ts'
import { withoutControlsInLines } from '../../core/render/clean-text.ts'
import { isLostConnection } from './lost-connection.ts'

/**
 * Two faults of postgres.js 3.4.9 would end the process when a connection is lost, and no query can
 * catch them: it throws outside any promise when a connection closes under a deferred write
 * (porsager/postgres #1066, #1154, #1208), and nobody awaits the query for array types that opens
 * every connection. `resilientClient` keeps it from most of the first; whoever waits for a query hears of
 * the loss in any case. Every other uncaught error still ends the process.
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
