import { withLock } from '../../src/local/postgres/lock.ts'

// Run by node itself: takes the lock of the folder given so many times, with no breath in between.
const [directory = '', times] = process.argv.slice(2)
for (let n = 0; n < Number(times); n++) await withLock(directory, async () => undefined)
