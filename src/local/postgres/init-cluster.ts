import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chown, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClusterError } from './cluster-error.ts'
import type { Home } from './home.ts'

/** The database superuser, which the service connects as. */
export const ROLE = 'tidings'

/**
 * Resolves to the PostgreSQL major version of the data folder; undefined if it does not exist. A data
 * folder is moved into place only when it is complete.
 */
export async function majorOf(data: string): Promise<string | undefined> {
  try {
    return (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Throws a ClusterError if the password file is missing. */
export async function readPassword(directory: string): Promise<string> {
  const password = await readFile(join(directory, 'password'), 'utf8').catch(error => {
    if (error.code !== 'ENOENT') throw error
    return ''
  })
  if (password !== '') return password
  throw new ClusterError(
    `The password of the PostgreSQL cluster in ${directory} is missing. Restore its file "password", ` +
      'or remove that folder to start with an empty database.',
  )
}

/**
 * Creates the data folder of a new cluster, and a password file in `directory` that only this user can
 * read. Never leaves an incomplete data folder. The caller holds the lock.
 */
export async function initCluster(
  directory: string,
  { folder, data, user }: Home,
  programs: string,
): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('init-')) continue
    // A killed process left this; its initdb may still write to it for a moment.
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 })
  }
  const password = randomBytes(24).toString('base64url')
  const draft = await mkdtemp(join(folder, 'init-'))
  try {
    // initdb reads the password from a file that the server's user can read.
    const passwordFile = join(draft, 'password')
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (user) {
      await chown(passwordFile, user.uid, user.gid)
      await chown(draft, user.uid, user.gid)
    }
    await runInitdb(join(programs, 'initdb'), join(draft, 'data'), passwordFile, { user })
    await writeFile(join(directory, 'password.new'), password, { mode: 0o600 })
    await rename(join(directory, 'password.new'), join(directory, 'password'))
    await rename(join(draft, 'data'), data)
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function runInitdb(
  program: string,
  data: string,
  passwordFile: string,
  { user }: Pick<Home, 'user'>,
): Promise<void> {
  const settings = [
    `--pgdata=${data}`,
    `--username=${ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    // The builtin provider supports all of Unicode and does not depend on the machine's locales.
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ]
  const initdb = spawn(program, settings, {
    uid: user?.uid,
    gid: user?.gid,
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [initdb.stdout, initdb.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  const [code, signal] = await once(initdb, 'close')
  if (code === 0) return
  const lines = output.trimEnd().split('\n').slice(-15).join('\n  ')
  throw new ClusterError(
    `PostgreSQL could not create its cluster (initdb exited with ${signal ?? `code ${code}`}):\n` +
      `  ${lines}\nFix this error, or set DATABASE_URL to your own PostgreSQL.`,
  )
}
