// Preloaded into a command: makes its output pipes look like a terminal with TEST_COLUMNS columns, so that
// a test can read the terminal output without a pseudo-terminal.
import { WriteStream } from 'node:tty'

const { getColorDepth, hasColors } = WriteStream.prototype
const columns = Number(process.env.TEST_COLUMNS)
for (const stream of [process.stdout, process.stderr]) {
  Object.assign(stream, { isTTY: true, columns, rows: 24, getColorDepth, hasColors })
}
