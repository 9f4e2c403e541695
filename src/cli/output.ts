/** Standard output, written no faster than its reader reads. */
export interface Output {
  write(text: string): Promise<void>
  /** Aborted when the reader has left; what is written after that is dropped. */
  left: AbortSignal
  /** Whether colours are wanted: on a terminal, unless NO_COLOR says otherwise. */
  isColoured: boolean
  /** Characters a line, on a terminal. */
  columns: number | undefined
}

/** A reader that leaves, as `head` does, is no fault. */
export function openOutput(stream: NodeJS.WriteStream = process.stdout): Output {
  const left = new AbortController()
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    left.abort()
  })
  return {
    left: left.signal,
    isColoured: stream.isTTY === true && stream.hasColors(),
    columns: stream.isTTY ? stream.columns : undefined,
    write: text =>
      new Promise(resolve => {
        if (left.signal.aborted) return resolve()
        // The callback comes with an error, too.
        stream.write(text, () => resolve())
      }),
  }
}
