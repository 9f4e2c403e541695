import { spawnSync } from 'node:child_process'
import { chmod, chown, mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClusterError } from './cluster-error.ts'

export interface OsUser {
  name: string
  uid: number
  gid: number
}

/**
 * Returns the user to run the server as if this process is root, which PostgreSQL refuses; undefined for
 * the user of this process.
 */
export function serverUser(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [idOf('-u', name), idOf('-g', name)]
    if (uid > 0 && gid > 0) return { name, uid, gid }
  }
  throw new ClusterError(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as. ' +
      'Create one, do not start as root, or set DATABASE_URL to your own PostgreSQL.',
  )
}

function idOf(flag: string, name: string): number {
  // A PATH may lead to Node and nothing else.
  const env = { PATH: `${process.env.PATH}:/usr/bin:/bin` }
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8', env })
  return status === 0 ? Number(stdout) : Number.NaN
}

/**
 * Whether `user` can own and fill a folder inside `directory`. Tries it, because mode bits show neither
 * access lists nor file systems that refuse to change owners.
 */
export async function canWorkIn(directory: string, user: OsUser): Promise<boolean> {
  let probe: string | undefined
  try {
    probe = await mkdtemp(join(directory, 'probe-'))
    await chown(probe, user.uid, user.gid)
    const script = 'cd "$1" && : > "$1/file"'
    const { uid, gid } = user
    return spawnSync('/bin/sh', ['-c', script, 'sh', probe], { uid, gid, cwd: '/' }).status === 0
  } catch {
    return false
  } finally {
    if (probe) await rm(probe, { recursive: true, force: true })
  }
}

/**
 * Lets `user` traverse a private folder without listing it. Does not change a folder that already grants
 * its group any access.
 */
export async function letThrough(directory: string, user: OsUser): Promise<void> {
  const { mode, uid } = await stat(directory)
  if ((mode & 0o070) !== 0) return
  await chown(directory, uid, user.gid)
  await chmod(directory, (mode & 0o7777) | 0o010)
}
