import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import { TidingsError } from '../core/errors/tidings-error.ts'
import type { AppLinks } from '../core/render/app-links.ts'
import type { Brand } from '../core/render/digest.ts'
import type { Rules } from '../core/scan/rules.ts'
import { environment } from './environment.ts'
import { weakSecrets } from './weak-secrets.ts'

/** Everything the environment may set, checked and with its defaults. Secrets are filled in before. */
export interface Config {
  production: boolean
  /** Absent: the embedded PostgreSQL. */
  databaseUrl: string | undefined
  /** The same database without a transaction pooler; absent: there is none in between, or no other way. */
  directUrl: string | undefined
  /** What stands between; `session` is also said where nothing does. */
  pooler: 'auto' | 'transaction' | 'session'
  /** Where the host's tables stand. */
  hostSchema: string
  resend: { apiKey: string; baseUrl: string | undefined } | undefined
  /** Whether emails go to this process's own mailbox instead of a provider. */
  localMailbox: boolean
  /** Absent: no webhooks. */
  resendWebhookSecret: string | undefined
  emailFrom: string
  /** Where every email goes instead; absent: to its recipient. */
  deliverTo: string | undefined
  appName: string
  appUrl: string
  /** Where each type of notification is shown, below `appUrl`. */
  appLinks: AppLinks
  brand: Brand
  /** The language of who has none of their own. */
  locale: 'en' | 'de'
  /** The column of `users` that has a person's locale; absent: the host has none. */
  localeColumn: string | undefined
  publicUrl: string
  /** Bearers that may do everything; all are taken. */
  apiTokens: string[]
  /** Bearers that may only start runs. */
  cronSecrets: string[]
  /** Bearers that may only read. */
  readTokens: string[]
  /** The first signs; each verifies. */
  linkSecrets: string[]
  host: string
  port: number
  /** Whether PORT was given, or is the default that may give way. */
  portGiven: boolean
  /** Whose `X-Forwarded-For` is believed: nobody's, everybody's, so many hops', or these addresses'. */
  trustProxy: boolean | number | string[]
  /** null: never. */
  schedule: string | null
  scheduleTimeZone: string
  rules: Rules
  /** How long attempts are kept; absent: for ever. */
  retentionDays: number | undefined
  /** Requests a second; absent: learnt. */
  rateLimit: number | undefined
  /** Of the learnt rate: the share that is left to others on the same key, 0 to 0.9. */
  rateHeadroom: number
  /** Plans everything and sends nothing. */
  shadow: boolean
  role: 'all' | 'api' | 'worker'
  logLevel: string
}

/** All that is wrong with the environment, a line each. */
export class ConfigError extends TidingsError {
  override readonly isRetryable = false
  readonly faults: string[]

  constructor(faults: string[]) {
    super(`the configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}`)
    this.faults = faults
  }
}

export interface ReadOptions {
  /** False for a command that sends nothing, and so needs no provider in production. */
  sends?: boolean
}

/** Reads the environment. An empty value counts as absent. Throws `ConfigError` with every fault. */
export function readConfig(
  env: Record<string, string | undefined>,
  { sends = true }: ReadOptions = {},
): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const given = set.ROLE === 'worker' ? { ...unusableTokens(), ...set } : set
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
  if (given.LOCAL_MAILBOX === 'true' && given.RESEND_API_KEY) {
    faults.push('LOCAL_MAILBOX is of no use with RESEND_API_KEY: emails would leave all the same')
  }
  if (given.DIRECT_URL && !given.DATABASE_URL) {
    faults.push('DIRECT_URL is of no use without DATABASE_URL')
  }
  const isProduction = given.NODE_ENV === 'production'
  if (isProduction && sends) faults.push(...providerFaults(given))
  if (isProduction) faults.push(...weakSecrets(given))
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults)
  const values = parsed.data
  const port = values.PORT ?? 3000
  return {
    production: isProduction,
    databaseUrl: values.DATABASE_URL,
    directUrl: values.DIRECT_URL,
    pooler: values.DATABASE_POOLER,
    hostSchema: values.HOST_SCHEMA,
    resend: values.RESEND_API_KEY
      ? { apiKey: values.RESEND_API_KEY, baseUrl: values.RESEND_BASE_URL }
      : undefined,
    localMailbox: !values.RESEND_API_KEY && (!isProduction || values.LOCAL_MAILBOX),
    resendWebhookSecret: values.RESEND_WEBHOOK_SECRET,
    emailFrom:
      values.EMAIL_FROM ?? `${values.APP_NAME.replace(/[<>"]/g, '')} <tidings@localhost.test>`,
    deliverTo: values.DELIVER_TO,
    appName: values.APP_NAME,
    appUrl: values.APP_URL,
    appLinks: values.APP_LINKS,
    brand: {
      color: values.BRAND_COLOR,
      logoUrl: values.LOGO_URL,
      postalAddress: values.POSTAL_ADDRESS,
    },
    locale: values.LOCALE,
    localeColumn: values.LOCALE_COLUMN,
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${port}`,
    apiTokens: values.API_TOKEN,
    cronSecrets: values.CRON_SECRET,
    readTokens: values.READ_TOKEN ?? [],
    linkSecrets: values.LINK_SECRET,
    host: values.HOST,
    port,
    portGiven: values.PORT !== undefined,
    trustProxy: values.TRUST_PROXY ?? false,
    schedule: values.SCHEDULE === 'off' ? null : values.SCHEDULE,
    scheduleTimeZone: values.SCHEDULE_TZ,
    rules: {
      newMaxAgeDays: values.NEW_MAX_AGE_DAYS,
      outstandingAfterDays: values.OUTSTANDING_AFTER_DAYS,
      reminderCooldownDays: values.REMINDER_COOLDOWN_DAYS,
      deliverOnly: values.DELIVER_ONLY,
    },
    retentionDays: values.RETENTION_DAYS,
    rateLimit: values.RATE_LIMIT,
    rateHeadroom: values.RATE_HEADROOM / 100,
    shadow: values.SHADOW,
    role: values.ROLE,
    logLevel: values.LOG_LEVEL,
  }
}

/** Emails of production must not end in a mailbox because a key was forgotten. */
function providerFaults(given: Record<string, string | undefined>): string[] {
  const works = given.ROLE !== 'api' && given.SHADOW !== 'true'
  if (!works || given.RESEND_API_KEY || given.LOCAL_MAILBOX === 'true') return []
  return ['RESEND_API_KEY is missing; LOCAL_MAILBOX=true keeps every email in a local mailbox']
}

/** A worker has no API: its tokens need not be given, and nobody knows these. */
function unusableTokens(): Record<string, string> {
  return Object.fromEntries(
    ['API_TOKEN', 'CRON_SECRET'].map(name => [name, randomBytes(32).toString('base64url')]),
  )
}

function faultOf({ path, message }: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = String(path[0])
  if (given[name] === undefined) return `${name} is missing`
  return message.startsWith(':') ? `${name}${message}` : `${name} ${message}`
}
