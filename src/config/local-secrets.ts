import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

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
  if (env.NODE_ENV === 'production' || NAMES.every(name => env[name])) return env
  const file = join(folder, 'secrets.json')
  const kept = (await readKept(file)) ?? (await makeSecrets(folder, file))
  const given = Object.entries(env).filter(([, value]) => value?.trim())
  return { ...kept, ...Object.fromEntries(given) }
}

async function readKept(file: string): Promise<Record<string, string> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text ? JSON.parse(text) : undefined
}

async function makeSecrets(folder: string, file: string): Promise<Record<string, string>> {
  const secrets = Object.fromEntries(
    NAMES.map(name => [name, randomBytes(24).toString('base64url')]),
  )
  // Passable: PostgreSQL refuses to run as root, and its own user must get to what lies below.
  await mkdir(folder, { recursive: true, mode: 0o711 })
  try {
    await writeFile(file, JSON.stringify(secrets, null, 2), { mode: 0o600, flag: 'wx' })
    return secrets
  } catch {
    // Another process was first.
    return (await readKept(file)) ?? secrets
  }
}
