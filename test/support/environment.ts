import { type Config, ConfigError, readConfig } from '../../src/config/config.ts'

/** The minimum that a configuration needs. */
export const secrets = { API_TOKEN: 'api', CRON_SECRET: 'cron', LINK_SECRET: 'link' }

/** Secrets that are long enough for production. */
export const strongSecrets = {
  API_TOKEN: 'api'.padEnd(32, '-'),
  CRON_SECRET: 'cron'.padEnd(32, '-'),
  LINK_SECRET: 'link'.padEnd(32, '-'),
}

export function configOf(env: Record<string, string | undefined> = {}): Config {
  return readConfig({ ...secrets, ...env })
}

/** The errors of a configuration; none if it is valid. */
export function faultsOf(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}
