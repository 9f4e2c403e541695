import type { Config } from './config.ts'

/** What a start prints of its configuration: enough to see what is wrong, no secret. */
export function summarize(config: Config): Record<string, string> {
  return {
    database: config.databaseUrl ? maskUrl(config.databaseUrl) : 'embedded PostgreSQL',
    provider: config.resend
      ? `${config.resend.baseUrl ?? 'Resend'}, key ${mask(config.resend.apiKey)}`
      : 'local mailbox (no RESEND_API_KEY)',
    from: config.emailFrom,
    app: `${config.appName}, ${config.appUrl}`,
    public: config.publicUrl,
    schedule: config.schedule ? `${config.schedule} (${config.scheduleTimeZone})` : 'off',
    rules:
      `new up to ${config.rules.newMaxAgeDays} d, reminder after ` +
      `${config.rules.outstandingAfterDays} d, every ${config.rules.reminderCooldownDays} d`,
    rate: config.rateLimit ? `${config.rateLimit}/s` : 'learnt from the provider',
    role: config.role,
  }
}

/** The first characters of a secret and how long it is. */
function mask(secret: string): string {
  return `${secret.slice(0, 3)}… (${secret.length} characters)`
}

/** A database's address without user info or parameters, which may hold a password. */
export function maskUrl(text: string): string {
  const url = new URL(text)
  return `${url.protocol}//${url.username ? '…@' : ''}${url.host}${url.pathname}`
}
