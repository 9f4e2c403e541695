import { existsSync } from 'node:fs'
import { type Config, ConfigError, type ReadOptions, readConfig } from '../config/config.ts'
import { type LenientConfig, parseConfigLenient } from '../config/parse-lenient.ts'
import { resolveTlsMode } from '../db/client/resolve-tls-mode.ts'
import { withLocalSecrets } from '../local/secrets.ts'
import { say } from './output.ts'

/** Where a checkout keeps what it makes for itself: database, secrets, local mail. */
export const LOCAL_DIRECTORY = '.tidings'

/**
 * The configuration of this process: the environment, `.env` where it exists, local secrets. Asks the
 * database whether it speaks TLS, where the URL leaves that open.
 */
export async function loadConfig(options: ReadOptions = {}): Promise<Config> {
  loadEnvFile()
  const config = readConfig(await withLocalSecrets(process.env, LOCAL_DIRECTORY, say), options)
  const [databaseUrl, directUrl] = await Promise.all(
    [config.databaseUrl, config.directUrl].map(url => (url ? resolveTlsMode(url) : undefined)),
  )
  return { ...config, databaseUrl, directUrl }
}

/** The same with its faults beside it, and nobody is asked yet. */
export async function loadConfigLenient(): Promise<LenientConfig> {
  loadEnvFile()
  try {
    return parseConfigLenient(await withLocalSecrets(process.env, LOCAL_DIRECTORY, say))
  } catch (error) {
    // The secrets of this folder cannot be read, so that a start goes no further.
    const { message } = error as Error
    const faults = error instanceof ConfigError ? error.faults : [message]
    return { ...parseConfigLenient(process.env), faults }
  }
}

/** What the environment has already is not overwritten by the file. */
function loadEnvFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env')
}
