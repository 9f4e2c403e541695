import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../config/config.ts'

const NAMES = ['API_TOKEN', 'CRON_SECRET', 'LINK_SECRET'] as const

/**
 * Adds missing secrets to the environment from `<folder>/secrets.json`, which it creates if necessary
 * (mode 0600), so that links stay valid after a restart. Does nothing in production, where they must be
 * set. Calls `onWarning` if others could read the file.
 */
export async function withLocalSecrets(
  env: Record<string, string | undefined>,
  folder: string,
  onWarning: (line: string) => void = () => {},
): Promise<Record<string, string | undefined>> {
  if (env.NODE_ENV === 'production' || NAMES.every(name => env[name]?.trim())) return env
  const file = join(folder, 'secrets.json')
  await keepToOwner(file, onWarning)
  const saved = (await readSecrets(file)) ?? (await createSecrets(folder, file))
  const given = Object.entries(env).filter(([, value]) => value?.trim())
  return { ...saved, ...Object.fromEntries(given) }
}

/** Removes the access of everyone but the owner to the secrets file. */
async function keepToOwner(file: string, onWarning: (line: string) => void): Promise<void> {
  // Windows has no such modes; Node invents them.
  if (process.platform === 'win32') return
  const mode = await stat(file).then(
    found => found.mode & 0o777,
    () => 0,
  )
  if ((mode & 0o077) === 0) return
  const problem = `${file} could be read or written by other users (mode ${mode.toString(8)})`
  try {
    await chmod(file, 0o600)
    onWarning(`${problem}; its mode is now 600. Remove it to get new secrets.`)
  } catch {
    onWarning(`${problem}, and its mode cannot be changed: set it to 600.`)
  }
}

async function readSecrets(file: string): Promise<Record<string, string> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new ConfigError([
      `${file} is not valid JSON: correct it, or remove it to get new secrets`,
    ])
  }
}

async function createSecrets(folder: string, file: string): Promise<Record<string, string>> {
  const secrets = Object.fromEntries(
    NAMES.map(name => [name, randomBytes(24).toString('base64url')]),
  )
  // Mode 711: if root starts the service, PostgreSQL's user must be able to reach its folder below.
  await mkdir(folder, { recursive: true, mode: 0o711 })
  // Written under another name first, so that the file is complete even if this process is killed.
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  try {
    await link(draft, file)
    return secrets
  } catch {
    // Another process was first, or the file system has no hard links.
    const saved = await readSecrets(file)
    if (!saved) await rename(draft, file)
    return saved ?? secrets
  } finally {
    await rm(draft, { force: true })
  }
}
