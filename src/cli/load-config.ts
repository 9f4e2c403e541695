import { existsSync } from 'node:fs'
import { type Config, ConfigError, type ReadOptions, readConfig } from '../config/config.ts'
import { type LenientConfig, parseConfigLenient } from '../config/parse-lenient.ts'
import { resolveTlsMode } from '../db/client/resolve-tls-mode.ts'
import { withLocalSecrets } from '../local/secrets.ts'
import { say } from './output.ts'

/** The directory for generated files: the embedded database, secrets, local emails. */
export const LOCAL_DIRECTORY = '.tidings'

/**
 * Reads the configuration from the environment, `.env` and the local secrets. Asks the database whether
 * it supports TLS if the URL does not say.
 */
export async function loadConfig(options: ReadOptions = {}): Promise<Config> {
  loadEnvFile()
  const config = readConfig(await withLocalSecrets(process.env, LOCAL_DIRECTORY, say), options)
  const [databaseUrl, directUrl] = await Promise.all(
    [config.databaseUrl, config.directUrl].map(url => (url ? resolveTlsMode(url) : undefined)),
  )
  return { ...config, databaseUrl, directUrl }
}

/** Reads the configuration together with its errors; does not connect to the database. */
export async function loadConfigLenient(): Promise<LenientConfig> {
  loadEnvFile()
  try {
    return parseConfigLenient(await withLocalSecrets(process.env, LOCAL_DIRECTORY, say))
  } catch (error) {
    // The local secrets cannot be read, which would also stop a start.
    const { message } = error as Error
    const faults = error instanceof ConfigError ? error.faults : [message]
    return { ...parseConfigLenient(process.env), faults }
  }
}

/** Variables that are already set win over the file. */
function loadEnvFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env')
}
