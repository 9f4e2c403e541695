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
 * The user the server runs as when this process is root, since PostgreSQL refuses to run as root;
 * undefined when it runs as this process's own user.
 */
export function serverUser(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [idOf('-u', name), idOf('-g', name)]
    if (uid > 0 && gid > 0) return { name, uid, gid }
  }
  throw new ClusterError(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as. ' +
      'Create one, start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  )
}

function idOf(flag: string, name: string): number {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' })
  return status === 0 ? Number(stdout) : Number.NaN
}

/**
 * Whether `user` can own and fill a folder inside `directory`. It really tries: mode bits do not
 * show access lists, nor file systems that refuse to change owners.
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
 * Lets `user` pass through a private folder without seeing what is in it. A folder that already
 * grants its group something is left as it is.
 */
export async function letThrough(directory: string, user: OsUser): Promise<void> {
  const { mode, uid } = await stat(directory)
  if ((mode & 0o070) !== 0) return
  await chown(directory, uid, user.gid)
  await chmod(directory, (mode & 0o7777) | 0o010)
}
