import { type Config, ConfigError, readConfig } from './config.ts'

export interface LenientConfig {
  config: Config
  /** The same errors that a start reports; empty if the configuration is valid. */
  faults: string[]
  /** The variables with an error. Checks that depend on them must be skipped. */
  wrong: Set<string>
}

const placeholderFor = (name: string) => name.padEnd(32, '-')

/** Replace missing required values and are strong enough for production. They are never used. */
const PLACEHOLDERS: Record<string, string> = {
  API_TOKEN: placeholderFor('missing-api-token'),
  CRON_SECRET: placeholderFor('missing-cron-secret'),
  LINK_SECRET: placeholderFor('missing-link-secret'),
  RESEND_API_KEY: 're_missing',
  EMAIL_FROM: 'missing@localhost.test',
}

/** An error may hide another one, and its correction may cause a third. */
const ROUNDS = 5

/** Reads the configuration with defaults instead of invalid values, so that the rest can be checked. */
export function parseConfigLenient(env: Record<string, string | undefined>): LenientConfig {
  const wrong = new Set<string>()
  let faults: string[] = []
  const corrected = { ...env }
  for (let round = 0; round < ROUNDS; round += 1) {
    try {
      return { config: readConfig(corrected), faults, wrong }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      if (round === 0) faults = error.faults
      for (const fault of error.faults) {
        const [name = ''] = /^[A-Z_]+/.exec(fault) ?? []
        wrong.add(name)
        corrected[name] = corrected[name]?.trim() ? undefined : PLACEHOLDERS[name]
      }
    }
  }
  throw new ConfigError(faults)
}
