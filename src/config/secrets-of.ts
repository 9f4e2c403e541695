import type { Config } from './config.ts'
import { readDatabaseUrl } from './database-url.ts'

/** Every secret of a configuration. None may appear in a log, an answer or a table. */
export function secretsOf(config: Config): string[] {
  const {
    resend,
    resendWebhookSecret,
    changeReceiver,
    apiTokens,
    cronSecrets,
    readTokens,
    linkSecrets,
  } = config
  const urls = [config.databaseUrl, config.directUrl].filter(url => url !== undefined)
  const passwords = urls.map(url => readDatabaseUrl(url).password)
  return [
    ...[resend?.apiKey, resendWebhookSecret, changeReceiver?.secret],
    ...[...apiTokens, ...cronSecrets, ...readTokens, ...linkSecrets],
    ...passwords,
  ].filter(secret => secret !== undefined)
}
