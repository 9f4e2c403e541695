/** Runs `work`, then calls the functions that it passed to `later`, last one first, even after an error. */
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
