import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from './config.ts'

const NAMES = ['API_TOKEN', 'CRON_SECRET', 'LINK_SECRET'] as const

/**
 * Fills in the secrets that the environment lacks from `<folder>/secrets.json`, which is made when it
 * is missing (mode 0600), so that a link signed yesterday still works. Never in production: there
 * they must be given.
 */
export async function withLocalSecrets(
  env: Record<string, string | undefined>,
  folder: string,
): Promise<Record<string, string | undefined>> {
  if (env.NODE_ENV === 'production' || NAMES.every(name => env[name]?.trim())) return env
  const file = join(folder, 'secrets.json')
  const kept = (await readKept(file)) ?? (await makeSecrets(folder, file))
  const given = Object.entries(env).filter(([, value]) => value?.trim())
  return { ...kept, ...Object.fromEntries(given) }
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

async function makeSecrets(folder: string, file: string): Promise<Record<string, string>> {
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
