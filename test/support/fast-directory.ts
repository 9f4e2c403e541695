import { access, constants, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'

const MEMORY = '/dev/shm'
/** Bytes that the databases of a run take at most, with a wide margin. */
const NEEDED = 2e9

/** A directory for the tests' databases: in memory if there is room, else the temporary one. */
export async function findFastDirectory(): Promise<string> {
  try {
    await access(MEMORY, constants.W_OK)
    const { bavail, bsize } = await statfs(MEMORY)
    return bavail * bsize > NEEDED ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}
