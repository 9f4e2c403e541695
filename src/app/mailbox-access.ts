import type { Config } from '../config/config.ts'
import { findToken } from '../http/bearer.ts'
import type { AccessOptions } from '../local/mailbox/access.ts'
import { tokensOf } from './tokens.ts'

/**
 * Who may come to the local mailbox: at names of this machine and of PUBLIC_URL only; in production, where
 * it may hold real emails and others may reach it, with a token only.
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
