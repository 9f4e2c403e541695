import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClusterError } from './cluster-error.ts'
import { canWorkIn, letThrough, type OsUser, serverUser } from './os-user.ts'
import { stopServer } from './postmaster.ts'

/** Where the server's own files are, and who it runs as. */
export interface Home {
  /** Holds `data`, and a copy of the binaries where the server's user cannot reach the package. */
  folder: string
  data: string
  /** Undefined: this process's own user. */
  user: OsUser | undefined
}

/** Named in the cluster's folder when the server's user cannot reach that folder. */
const POINTER = 'data-location'

/**
 * Finds the home of the cluster of `directory`: that folder itself or, when root starts the server
 * and the folder is out of the other user's reach (below a home with mode 0700), one elsewhere.
 */
export async function findHome(directory: string): Promise<Home> {
  const pointer = join(directory, POINTER)
  const pointed = await readFile(pointer, 'utf8').catch(error => {
    if (error.code !== 'ENOENT') throw error
    return ''
  })
  const folder = pointed.trim() || directory
  if (!(await stat(folder).catch(error => error.code !== 'ENOENT'))) {
    // Never an empty database in its place without a word: a cleaned /var/tmp, a new container.
    throw new ClusterError(
      `The data of the PostgreSQL cluster ${directory} were kept in ${folder}, which is gone. ` +
        `Bring it back, or remove ${directory} to start with an empty database.`,
    )
  }
  const data = join(folder, 'data')
  const owner = await ownerOf(data)
  const user = serverUser()
  if (!user) {
    if (owner === undefined || owner.uid === process.getuid?.()) return { folder, data, user }
    throw new ClusterError(
      `The PostgreSQL cluster in ${data} belongs to the user with id ${owner.uid}. ` +
        `Start as the user who made it, or remove ${directory} to start anew.`,
    )
  }
  if (owner) {
    // PostgreSQL insists on its data's owner, who may be the one who ran Tidings before root did.
    const keeper = owner.uid === user.uid ? user : { name: `id ${owner.uid}`, ...owner }
    if (await canWorkIn(folder, keeper)) return { folder, data, user: keeper }
    throw new ClusterError(
      `The PostgreSQL cluster in ${data} cannot be reached by its user (${keeper.name}). ` +
        'Let that user pass through the folders above it, or start as an ordinary user.',
    )
  }
  if (await isUsable(folder, user)) return { folder, data, user }
  const fallbackDirectory = await makeFallbackDirectory(directory, user)
  await writeFile(pointer, `${fallbackDirectory}\n`, { mode: 0o600 })
  return { folder: fallbackDirectory, data: join(fallbackDirectory, 'data'), user }
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await stat(path)
    return { uid, gid }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function isUsable(folder: string, user: OsUser): Promise<boolean> {
  if (await canWorkIn(folder, user)) return true
  await letThrough(folder, user).catch(() => undefined)
  return canWorkIn(folder, user)
}

async function makeFallbackDirectory(directory: string, user: OsUser): Promise<string> {
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16)
  // Ordered by how long they keep what is put there.
  for (const place of ['/var/lib', '/var/tmp', tmpdir()]) {
    const base = join(place, 'tidings-postgres')
    const fallbackDirectory = join(base, name)
    if (!(await makeOwnFolder(base, 0o711))) continue
    // No pointer led here: what it holds is of a folder that was removed, with its password.
    await stopServer(join(fallbackDirectory, 'data'))
    await rm(fallbackDirectory, { recursive: true, force: true })
    if (
      (await makeOwnFolder(fallbackDirectory, 0o700)) &&
      (await isUsable(fallbackDirectory, user))
    )
      return fallbackDirectory
  }
  throw new ClusterError(
    `PostgreSQL cannot run as root, and the user ${user.name} can reach neither ${directory} nor ` +
      '/var/lib. Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  )
}

/** In a folder open to all, only what root made may be trusted: others could have planted it. */
async function makeOwnFolder(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, { mode })
    // The umask may have taken bits from the mode.
    await chmod(path, mode)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    const found = await lstat(path)
    return found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0
  }
}
