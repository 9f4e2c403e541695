import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../config/config.ts'

const NAMES = ['API_TOKEN', 'CRON_SECRET', 'LINK_SECRET'] as const

/**
 * Fills in the secrets that the environment lacks from `<folder>/secrets.json`, which is made when it
 * is missing (mode 0600), so that a link signed yesterday still works. Never in production: there
 * they must be given. `onWarning` hears of a file that others could read.
 */
export async function withLocalSecrets(
  env: Record<string, string | undefined>,
  folder: string,
  onWarning: (line: string) => void = () => {},
): Promise<Record<string, string | undefined>> {
  if (env.NODE_ENV === 'production' || NAMES.every(name => env[name]?.trim())) return env
  const file = join(folder, 'secrets.json')
  await keepToOwner(file, onWarning)
  const kept = (await readKept(file)) ?? (await createSecrets(folder, file))
  const given = Object.entries(env).filter(([, value]) => value?.trim())
  return { ...kept, ...Object.fromEntries(given) }
}

/** Takes the rights on a file of secrets from everybody but its owner. */
async function keepToOwner(file: string, onWarning: (line: string) => void): Promise<void> {
  // Windows has no such modes: Node makes them up.
  if (process.platform === 'win32') return
  const mode = await stat(file).then(
    found => found.mode & 0o777,
    () => 0,
  )
  if ((mode & 0o077) === 0) return
  const could = `${file} could be read or written by others (mode ${mode.toString(8)})`
  try {
    await chmod(file, 0o600)
    onWarning(`${could}; now only by its owner. Remove it to get new secrets.`)
  } catch {
    onWarning(`${could}, and that cannot be changed from here: make its mode 600.`)
  }
}

async function readKept(file: string): Promise<Record<string, string> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new ConfigError([`${file} is not JSON: mend it, or remove it to get new secrets`])
  }
}

async function createSecrets(folder: string, file: string): Promise<Record<string, string>> {
  const secrets = Object.fromEntries(
    NAMES.map(name => [name, randomBytes(24).toString('base64url')]),
  )
  // Passable: PostgreSQL refuses to run as root, and its own user must get to what lies below.
  await mkdir(folder, { recursive: true, mode: 0o711 })
  // Under its name it is whole, whenever this process may be killed.
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  try {
    await link(draft, file)
    return secrets
  } catch {
    // Another process was first, or there are no links on this disk.
    const kept = await readKept(file)
    if (!kept) await rename(draft, file)
    return kept ?? secrets
  } finally {
    await rm(draft, { force: true })
  }
}
