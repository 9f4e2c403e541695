import { type Config, ConfigError, readConfig } from '../../src/config/config.ts'

/** The least that a configuration needs. */
export const secrets = { API_TOKEN: 'api', CRON_SECRET: 'cron', LINK_SECRET: 'link' }

/** As strong as production wants them. */
export const strongSecrets = {
  API_TOKEN: 'api'.padEnd(32, '-'),
  CRON_SECRET: 'cron'.padEnd(32, '-'),
  LINK_SECRET: 'link'.padEnd(32, '-'),
}

export function configOf(env: Record<string, string | undefined> = {}): Config {
  return readConfig({ ...secrets, ...env })
}

/** The faults of a configuration; none where it is sound. */
export function faultsOf(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}
