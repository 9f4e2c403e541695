import type { TestDatabase } from './database.ts'
import type { Provider } from './service.ts'

/** The environment of a process that sends through the test's provider. */
export function mailEnv({ url }: Pick<TestDatabase, 'url'>, provider: Provider) {
  return {
    DATABASE_URL: url,
    RESEND_API_KEY: 're_secret_of_the_provider',
    RESEND_BASE_URL: provider.baseUrl,
    EMAIL_FROM: 'Tidings <tidings@example.com>',
    API_TOKEN: 'secret-of-the-api',
    CRON_SECRET: 'secret-of-the-cron',
    LINK_SECRET: 'secret-of-the-links',
    SCHEDULE: 'off',
    RATE_LIMIT: '1000',
    PORT: '0',
  }
}
