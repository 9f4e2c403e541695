/** Resolves to the first SIGINT or SIGTERM; a second one ends the process at once. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    const signals = ['SIGINT', 'SIGTERM'] as const
    const stop = (signal: NodeJS.Signals) => {
      for (const each of signals) {
        process.removeListener(each, stop)
        process.once(each, () => process.exit(130))
      }
      resolve(signal)
    }
    for (const each of signals) process.on(each, stop)
  })
}
