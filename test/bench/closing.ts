/** Runs `work`, and then closes what it has handed to `later`, the last first, however it ended. */
export async function closing<T>(
  work: (later: (close: () => Promise<unknown>) => void) => Promise<T>,
): Promise<T> {
  const closers: (() => Promise<unknown>)[] = []
  try {
    return await work(close => closers.push(close))
  } finally {
    for (let close = closers.pop(); close; close = closers.pop()) await close()
  }
}
