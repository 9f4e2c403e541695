export interface RepeatOptions {
  work: () => Promise<void>
  /** Milliseconds between two beginnings. An interval is skipped while the work before still runs. */
  every: number
  onError: (error: Error) => void
}

/** Runs work at intervals. Returns a function that stops it and waits for running work. */
export function repeat({ work, every, onError }: RepeatOptions): () => Promise<void> {
  let running: Promise<void> | undefined
  const timer = setInterval(() => {
    running ??= work()
      .catch(onError)
      .finally(() => {
        running = undefined
      })
  }, every)
  return async () => {
    clearInterval(timer)
    await running
  }
}
