import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClusterError } from './cluster-error.ts'
import { canWorkIn, letThrough, type OsUser, serverUser } from './os-user.ts'
import { stopServer } from './postmaster.ts'

/** The folder of the server's files, and the user it runs as. */
export interface Home {
  /** Holds `data`, and a copy of the programs if the server's user cannot reach the package. */
  folder: string
  data: string
  /** Undefined: the user of this process. */
  user: OsUser | undefined
}

/** A file in the cluster's folder that holds the path of a fallback directory. */
const POINTER = 'data-location'

/**
 * Finds the home of the cluster of `directory`: the folder itself, or a fallback directory if root starts
 * the server and the server's user cannot reach the folder (below a home with mode 0700).
 */
export async function findHome(directory: string): Promise<Home> {
  const pointer = join(directory, POINTER)
  const pointed = await readFile(pointer, 'utf8').catch(error => {
    if (error.code !== 'ENOENT') throw error
    return ''
  })
  const folder = pointed.trim() || directory
  if (!(await stat(folder).catch(error => error.code !== 'ENOENT'))) {
    // Do not silently start with an empty database after /var/tmp was cleaned or a container replaced.
    throw new ClusterError(
      `The data of the PostgreSQL cluster ${directory} were in ${folder}, which no longer exists. ` +
        `Restore it, or remove ${directory} to start with an empty database.`,
    )
  }
  const data = join(folder, 'data')
  const owner = await ownerOf(data)
  const user = serverUser()
  if (!user) {
    if (owner === undefined || owner.uid === process.getuid?.()) return { folder, data, user }
    throw new ClusterError(
      `The PostgreSQL cluster in ${data} belongs to the user with id ${owner.uid}. ` +
        `Start as that user, or remove ${directory} to start with an empty database.`,
    )
  }
  if (owner) {
    // PostgreSQL must run as the owner of its data, who may have run Tidings before root did.
    const dataOwner = owner.uid === user.uid ? user : { name: `id ${owner.uid}`, ...owner }
    if (await canWorkIn(folder, dataOwner)) return { folder, data, user: dataOwner }
    throw new ClusterError(
      `The PostgreSQL cluster in ${data} cannot be reached by its user (${dataOwner.name}). ` +
        'Give that user access to the folders above it, or do not start as root.',
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
  // Ordered by how long the system keeps their files.
  for (const parent of ['/var/lib', '/var/tmp', tmpdir()]) {
    const base = join(parent, 'tidings-postgres')
    const fallbackDirectory = join(base, name)
    if (!(await makeOwnFolder(base, 0o711))) continue
    // No pointer led here: its data belong to a folder that was removed together with the password.
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
      '/var/lib. Do not start as root, or set DATABASE_URL to your own PostgreSQL.',
  )
}

/** In a shared folder, only trust a subfolder that root created: others could have planted one. */
async function makeOwnFolder(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, { mode })
    // The umask may have removed bits from the mode.
    await chmod(path, mode)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    const found = await lstat(path)
    return found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0
  }
}
