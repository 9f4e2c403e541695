import type { Config } from './config.ts'
import { readDatabaseUrl } from './database-url.ts'
import { describeGuards } from './delivery-guards.ts'

/** The configuration that a start prints: enough to find a mistake, without secrets. */
export function summarize(config: Config): Record<string, string> {
  return {
    database: config.databaseUrl
      ? `${maskUrl(config.databaseUrl)}, sslmode ${readDatabaseUrl(config.databaseUrl).sslMode}`
      : 'embedded PostgreSQL',
    ...(config.directUrl && { direct: maskUrl(config.directUrl) }),
    ...(config.pooler !== 'auto' && { pooler: `${config.pooler} (DATABASE_POOLER)` }),
    provider: config.resend
      ? `${config.resend.baseUrl ? maskUrl(config.resend.baseUrl) : 'Resend'}, key ${mask(config.resend.apiKey)}`
      : config.localMailbox
        ? 'local mailbox (no RESEND_API_KEY)'
        : 'none (no RESEND_API_KEY)',
    from: config.emailFrom,
    ...(config.emailReplyTo && { replies: config.emailReplyTo }),
    ...(describeGuards(config).length > 0 && { guards: describeGuards(config).join('; ') }),
    app: `${config.appName}, ${config.appUrl}`,
    public: config.publicUrl,
    schedule: config.schedule ? `${config.schedule} (${config.scheduleTimeZone})` : 'off',
    rules:
      `new up to ${config.rules.newMaxAgeDays} d, reminder after ` +
      `${config.rules.outstandingAfterDays} d, at most every ${config.rules.reminderCooldownDays} d`,
    rate: config.rateLimit
      ? `${config.rateLimit}/s`
      : `as reported by the provider, minus ${Math.round(config.rateHeadroom * 100)} %`,
    role: config.role,
    ...(config.shadow && { shadow: 'nothing is sent (SHADOW)' }),
  }
}

/** The first characters of a long secret, and its length. */
function mask(secret: string): string {
  return `${secret.length < 10 ? '' : secret.slice(0, 3)}… (${secret.length} characters)`
}

/** A URL without user info or parameters, which may contain a password. */
function maskUrl(text: string): string {
  const url = new URL(text)
  return `${url.protocol}//${url.username || url.password ? '…@' : ''}${url.host}${url.pathname}`
}
