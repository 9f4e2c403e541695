import { readFileSync } from 'node:fs'
import { type Config, readConfig } from '../../src/config/config.ts'
import { environment } from '../../src/config/environment.ts'
import { type Container, manifests } from './files.ts'

/** The variables of the configuration. */
export const knownNames = new Set(Object.keys(environment.shape))

/** Values in place of those from Secrets, by variable. */
export const placeholders: Record<string, string> = {
  DATABASE_URL: 'postgres://tidings:word@db.internal:5432/app',
  DIRECT_URL: 'postgres://tidings:word@db.internal:5433/app',
  RESEND_API_KEY: 're_stand_in',
  RESEND_WEBHOOK_SECRET: 'whsec_c3RhbmQtaW4tZm9yLWEta2V5',
  EMAIL_FROM: 'Tidings <tidings@example.com>',
  API_TOKEN: 'stand-in-for-the-api-token------',
  CRON_SECRET: 'stand-in-for-the-cron-secret----',
  LINK_SECRET: 'stand-in-for-the-link-secret----',
}

/** The variables that the image sets. */
export function imageEnvironment(): Record<string, string> {
  const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8')
  const [, pairs = ''] = /^ENV (.+)$/m.exec(dockerfile) ?? []
  return Object.fromEntries(pairs.split(' ').map(pair => pair.split('=') as [string, string]))
}

/** The merged variables of a container: later sources win. */
export function environmentOf({ env, envFrom = [] }: Container): Record<string, string> {
  const maps = envFrom.map(({ configMapRef }) => {
    const map = manifests.find(
      each => each.kind === 'ConfigMap' && each.metadata.name === configMapRef?.name,
    )
    if (map?.kind !== 'ConfigMap') throw new Error(`no ConfigMap ${configMapRef?.name}`)
    return map.data
  })
  const own = env.map(({ name, value, valueFrom }) => {
    const key = valueFrom?.secretKeyRef?.key
    return [name, value ?? placeholders[key ?? ''] ?? ''] as const
  })
  return Object.assign(imageEnvironment(), ...maps, Object.fromEntries(own))
}

/** Reads the configuration of a container. Throws a `ConfigError` if it is invalid. */
export function configOf(container: Container): Config {
  return readConfig(environmentOf(container), { sends: !container.command.includes('migrate') })
}
