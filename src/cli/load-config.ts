import { existsSync } from 'node:fs'
import { type Config, readConfig } from '../config/config.ts'
import { withLocalSecrets } from '../config/local-secrets.ts'
import { settleTls } from '../db/settle-tls.ts'

/** Where a checkout keeps what it makes for itself: database, secrets, local mail. */
export const LOCAL_DIRECTORY = '.tidings'

/**
 * The configuration of this process: the environment, `.env` where it exists, local secrets. Asks the
 * database whether it speaks TLS, where the URL leaves that open.
 */
export async function loadConfig(): Promise<Config> {
  // What the environment has already is not overwritten by the file.
  if (existsSync('.env')) process.loadEnvFile('.env')
  const config = readConfig(await withLocalSecrets(process.env, LOCAL_DIRECTORY))
  const [databaseUrl, directUrl] = await Promise.all(
    [config.databaseUrl, config.directUrl].map(url => (url ? settleTls(url) : undefined)),
  )
  return { ...config, databaseUrl, directUrl }
}
