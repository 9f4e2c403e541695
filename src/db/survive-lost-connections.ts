/**
 * postgres.js 3.4.9 can throw outside any promise when a connection closes under a deferred write
 * (porsager/postgres #1066, #1154, #1208), which would end the process. That one fault is a lost
 * connection like any other; every other uncaught error still ends the process.
 */
export function surviveLostConnections(): void {
  process.on('uncaughtException', error => {
    if (isDeferredWrite(error)) {
      console.error('a database connection was lost')
      return
    }
    console.error(error)
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
