// Loaded into a command before anything else: it takes its two pipes for a terminal of TEST_COLUMNS, so
// that a test can read what a terminal gets. No machine needs a pseudo-terminal for that.
import { WriteStream } from 'node:tty'

const { getColorDepth, hasColors } = WriteStream.prototype
const columns = Number(process.env.TEST_COLUMNS)
for (const stream of [process.stdout, process.stderr]) {
  Object.assign(stream, { isTTY: true, columns, rows: 24, getColorDepth, hasColors })
}
