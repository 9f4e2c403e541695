import { type Config, ConfigError, readConfig } from './config.ts'

export interface LenientConfig {
  config: Config
  /** Every fault, as a start tells it; none when the configuration is sound. */
  faults: string[]
  /** The variables that are not as they were meant to be; what depends on them cannot be looked at. */
  wrong: Set<string>
}

const placeholderFor = (name: string) => name.padEnd(32, '-')

/** What stands for a value that is needed and missing, as strong as production asks. It is never used. */
const PLACEHOLDERS: Record<string, string> = {
  API_TOKEN: placeholderFor('missing-api-token'),
  CRON_SECRET: placeholderFor('missing-cron-secret'),
  LINK_SECRET: placeholderFor('missing-link-secret'),
  RESEND_API_KEY: 're_missing',
  EMAIL_FROM: 'missing@localhost.test',
}

/** A fault may hide another one, and that one's repair a third. */
const ROUNDS = 5

/** The configuration with its defaults in the place of what is wrong, for who wants to look at the rest. */
export function parseConfigLenient(env: Record<string, string | undefined>): LenientConfig {
  const wrong = new Set<string>()
  let faults: string[] = []
  const mended = { ...env }
  for (let round = 0; round < ROUNDS; round += 1) {
    try {
      return { config: readConfig(mended), faults, wrong }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      if (round === 0) faults = error.faults
      for (const fault of error.faults) {
        const [name = ''] = /^[A-Z_]+/.exec(fault) ?? []
        wrong.add(name)
        mended[name] = mended[name]?.trim() ? undefined : PLACEHOLDERS[name]
      }
    }
  }
  throw new ConfigError(faults)
}
