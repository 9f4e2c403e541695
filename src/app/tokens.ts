import type { Config } from '../config/config.ts'
import type { Tokens } from '../http/bearer.ts'

/** The configured tokens by what they allow. */
export function tokensOf({
  apiTokens,
  cronSecrets,
  readTokens,
}: Pick<Config, 'apiTokens' | 'cronSecrets' | 'readTokens'>): Tokens {
  return {
    write: apiTokens,
    read: [...apiTokens, ...readTokens],
    start: [...apiTokens, ...cronSecrets],
    cron: cronSecrets,
  }
}
