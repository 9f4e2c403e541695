import type { Config } from '../config/config.ts'
import { findToken } from '../http/bearer.ts'
import type { AccessOptions } from '../local/mailbox/access.ts'
import { tokensOf } from './tokens.ts'

/**
 * Restricts the local mailbox to host names of this machine and of PUBLIC_URL. In production it requires a
 * token, because it may contain real emails and be reachable from outside.
 */
export function mailboxAccess(config: Config): AccessOptions {
  const hosts = [new URL(config.publicUrl).hostname]
  if (!config.production) return { hosts }
  const { read, write } = tokensOf(config)
  return {
    hosts,
    async admits(token, request) {
      const isReading = request.method === 'GET' || request.method === 'HEAD'
      if (token !== '' && findToken(isReading ? read : write, token) !== undefined) return true
      if (token !== '') await request.server.bearerGuard?.guesses.countWrong(request)
      return false
    },
  }
}
