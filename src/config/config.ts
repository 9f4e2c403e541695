import { CronExpressionParser } from 'cron-parser'
import { z } from 'zod'

/** Everything the environment may set, checked and with its defaults. Secrets are filled in before. */
export interface Config {
  production: boolean
  /** Absent: the embedded PostgreSQL. */
  databaseUrl: string | undefined
  resend: { apiKey: string; baseUrl: string | undefined } | undefined
  /** Absent: no webhooks. */
  resendWebhookSecret: string | undefined
  emailFrom: string
  appName: string
  appUrl: string
  publicUrl: string
  apiToken: string
  cronSecret: string
  /** The first signs; each verifies. */
  linkSecrets: string[]
  host: string
  port: number
  /** Whether PORT was given, or is the default that may give way. */
  portGiven: boolean
  /** null: never. */
  schedule: string | null
  scheduleTimeZone: string
  rules: { newMaxAgeDays: number; outstandingAfterDays: number; reminderCooldownDays: number }
  /** Requests a second; absent: learnt. */
  rateLimit: number | undefined
  role: 'all' | 'api' | 'worker'
  logLevel: string
}

/** All that is wrong with the environment, a line each. */
export class ConfigError extends Error {
  readonly faults: string[]
  constructor(faults: string[]) {
    super(`the configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}`)
    this.faults = faults
  }
}

const address = /^(?:[^<>\r\n]+<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/
const webhookSecret = /^whsec_[A-Za-z0-9+/]+={0,2}$/
const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .transform(url => url.replace(/\/+$/, ''))
const days = (fallback: number) =>
  z.coerce
    .number({ error: 'must be a number of days' })
    .int('must be a whole number of days')
    .min(0, 'must be 0 days or more')
    .max(3650, 'must be 3650 days or less')
    .default(fallback)

const environment = z.object({
  NODE_ENV: z.string().optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
    .optional(),
  RESEND_API_KEY: z.string().optional(),
  RESEND_BASE_URL: httpUrl.optional(),
  RESEND_WEBHOOK_SECRET: z
    .string()
    .regex(webhookSecret, 'must look like `whsec_…`, as the provider shows it')
    .optional(),
  EMAIL_FROM: z.string().regex(address, 'must look like `Name <address>`').optional(),
  APP_NAME: z
    .string()
    .regex(/^[^\p{Cc}]{1,60}$/u, 'must be 1 to 60 characters in one line')
    .default('Tidings'),
  APP_URL: httpUrl.default('http://localhost:3000'),
  PUBLIC_URL: httpUrl.optional(),
  API_TOKEN: z.string(),
  CRON_SECRET: z.string(),
  LINK_SECRET: z
    .string()
    .transform(list => list.split(',').map(item => item.trim()))
    .refine(list => !list.includes(''), 'must not have an empty item'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce
    .number({ error: 'must be a port number' })
    .int('must be a port number')
    .min(0, 'must be a port from 0 to 65535')
    .max(65535, 'must be a port from 0 to 65535')
    .optional(),
  SCHEDULE: z
    .string()
    .refine(text => text === 'off' || isCron(text), 'must be a cron expression, or off')
    .default('0 */8 * * *'),
  SCHEDULE_TZ: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
    .default('UTC'),
  NEW_MAX_AGE_DAYS: days(30),
  OUTSTANDING_AFTER_DAYS: days(3),
  REMINDER_COOLDOWN_DAYS: days(7),
  RATE_LIMIT: z.coerce
    .number({ error: 'must be a number of requests a second' })
    .positive('must be more than 0 requests a second')
    .max(1000, 'must be 1000 requests a second or less')
    .optional(),
  ROLE: z.enum(['all', 'api', 'worker'], { error: 'must be all, api or worker' }).default('all'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent',
    })
    .default('info'),
})

/** Reads the environment. An empty value counts as absent. Throws `ConfigError` with every fault. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const parsed = environment.safeParse(given)
  const faults = [...(parsed.error?.issues.map(issue => faultOf(issue, given)) ?? [])]
  if (given.RESEND_API_KEY && !given.EMAIL_FROM) {
    faults.push(
      'EMAIL_FROM is needed with RESEND_API_KEY: whom the emails come from, `Name <address>`',
    )
  }
  if (given.RESEND_BASE_URL && !given.RESEND_API_KEY) {
    faults.push('RESEND_BASE_URL is of no use without RESEND_API_KEY')
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults)
  const values = parsed.data
  const port = values.PORT ?? 3000
  return {
    production: values.NODE_ENV === 'production',
    databaseUrl: values.DATABASE_URL,
    resend: values.RESEND_API_KEY
      ? { apiKey: values.RESEND_API_KEY, baseUrl: values.RESEND_BASE_URL }
      : undefined,
    resendWebhookSecret: values.RESEND_WEBHOOK_SECRET,
    emailFrom:
      values.EMAIL_FROM ?? `${values.APP_NAME.replace(/[<>"]/g, '')} <tidings@localhost.test>`,
    appName: values.APP_NAME,
    appUrl: values.APP_URL,
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${port}`,
    apiToken: values.API_TOKEN,
    cronSecret: values.CRON_SECRET,
    linkSecrets: values.LINK_SECRET,
    host: values.HOST,
    port,
    portGiven: values.PORT !== undefined,
    schedule: values.SCHEDULE === 'off' ? null : values.SCHEDULE,
    scheduleTimeZone: values.SCHEDULE_TZ,
    rules: {
      newMaxAgeDays: values.NEW_MAX_AGE_DAYS,
      outstandingAfterDays: values.OUTSTANDING_AFTER_DAYS,
      reminderCooldownDays: values.REMINDER_COOLDOWN_DAYS,
    },
    rateLimit: values.RATE_LIMIT,
    role: values.ROLE,
    logLevel: values.LOG_LEVEL,
  }
}

function faultOf({ path, message }: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = String(path[0])
  return given[name] === undefined ? `${name} is missing` : `${name} ${message}`
}

function isCron(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false
  try {
    CronExpressionParser.parse(text)
    return true
  } catch {
    return false
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
