import { withLock } from '../../src/local/postgres/lock.ts'

// A script: acquires and releases the folder's lock this many times, without a pause.
const [directory = '', times] = process.argv.slice(2)
for (let n = 0; n < Number(times); n++) await withLock(directory, async () => undefined)
