import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import { counted } from '../core/counted.ts'
import { TidingsError } from '../core/errors/tidings-error.ts'
import type { AppLinks } from '../core/render/app-links.ts'
import type { Brand } from '../core/render/digest.ts'
import type { Rules } from '../core/scan/rules.ts'
import { environment } from './environment.ts'
import { weakSecrets } from './weak-secrets.ts'

/** The validated environment with its defaults. Missing secrets were generated before. */
export interface Config {
  production: boolean
  /** Absent: the embedded PostgreSQL. */
  databaseUrl: string | undefined
  /** The same database without a transaction pooler; absent: there is no pooler, or no direct connection. */
  directUrl: string | undefined
  /** The mode of the pooler; `session` also if there is none. */
  pooler: 'auto' | 'transaction' | 'session'
  /** The schema of the host's tables. */
  hostSchema: string
  /** The schema of pg-boss's tables. */
  queueSchema: string
  resend: { apiKey: string; baseUrl: string | undefined } | undefined
  /** Whether emails go to this process's own mailbox instead of a provider. */
  localMailbox: boolean
  /** Absent: no webhooks. */
  resendWebhookSecret: string | undefined
  /** Where changes are posted, and the key that signs them; absent: nowhere. */
  changeReceiver: { url: string; secret: string } | undefined
  emailFrom: string
  /** Where replies go; absent: to `emailFrom`. */
  emailReplyTo: string | undefined
  /** Where every email goes instead; absent: to its recipient. */
  deliverTo: string | undefined
  appName: string
  appUrl: string
  /** The host's pages by notification type, below `appUrl`. */
  appLinks: AppLinks
  brand: Brand
  /** For recipients without a language of their own. */
  locale: 'en' | 'de'
  /** The column of `users` with the user's locale; absent: the host has none. */
  localeColumn: string | undefined
  publicUrl: string
  /** Tokens that allow everything. */
  apiTokens: string[]
  /** Tokens that allow only to start runs. */
  cronSecrets: string[]
  /** Tokens that allow only to read. */
  readTokens: string[]
  /** The first one signs links; all of them verify links. */
  linkSecrets: string[]
  host: string
  port: number
  /** Whether PORT was set. If the default port is in use, another one is chosen. */
  portGiven: boolean
  /** Trusted sources of `X-Forwarded-For`: none, all, a number of hops or a list of addresses. */
  trustProxy: boolean | number | string[]
  /** null: never. */
  schedule: string | null
  scheduleTimeZone: string
  rules: Rules
  /** How long attempts are kept; absent: forever. */
  retentionDays: number | undefined
  /** Requests per second; absent: the rate that the provider reports. */
  rateLimit: number | undefined
  /** The share of the reported rate that is left to other clients with the same key, 0 to 0.9. */
  rateHeadroom: number
  /** Plans everything and sends nothing. */
  shadow: boolean
  role: 'all' | 'api' | 'worker'
  logLevel: string
}

/** Lists every error in the environment, one per line. */
export class ConfigError extends TidingsError {
  override readonly isRetryable = false
  readonly faults: string[]

  constructor(faults: string[]) {
    super(`the configuration has ${counted(faults.length, 'error')}`)
    this.faults = faults
  }
}

export interface ReadOptions {
  /** False for a command that sends no email and therefore needs no provider in production. */
  sends?: boolean
}

/** Reads the environment. An empty value counts as absent. Throws `ConfigError` with every error. */
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
      'EMAIL_FROM is required with RESEND_API_KEY: the sender of the emails, `Name <address>`',
    )
  }
  if (given.RESEND_BASE_URL && !given.RESEND_API_KEY) {
    faults.push('RESEND_BASE_URL has no effect without RESEND_API_KEY')
  }
  if (given.LOCAL_MAILBOX === 'true' && given.RESEND_API_KEY) {
    faults.push('LOCAL_MAILBOX has no effect with RESEND_API_KEY: emails would still be sent')
  }
  // Only workers post changes.
  if (sends && given.ROLE !== 'api' && given.EVENTS_URL && !given.EVENTS_SECRET) {
    faults.push(
      'EVENTS_SECRET is required with EVENTS_URL: the key that signs what is posted there, ' +
        'echo "whsec_$(openssl rand -base64 32)"',
    )
  }
  if (given.EVENTS_SECRET && !given.EVENTS_URL) {
    faults.push('EVENTS_SECRET has no effect without EVENTS_URL')
  }
  if (given.DIRECT_URL && !given.DATABASE_URL) {
    faults.push('DIRECT_URL has no effect without DATABASE_URL')
  }
  if (parsed.data && parsed.data.QUEUE_SCHEMA === parsed.data.HOST_SCHEMA.toLowerCase()) {
    faults.push('QUEUE_SCHEMA must not be HOST_SCHEMA: the queue needs a schema of its own')
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
    queueSchema: values.QUEUE_SCHEMA,
    resend: values.RESEND_API_KEY
      ? { apiKey: values.RESEND_API_KEY, baseUrl: values.RESEND_BASE_URL }
      : undefined,
    localMailbox: !values.RESEND_API_KEY && (!isProduction || values.LOCAL_MAILBOX),
    resendWebhookSecret: values.RESEND_WEBHOOK_SECRET,
    changeReceiver:
      values.EVENTS_URL && values.EVENTS_SECRET
        ? { url: values.EVENTS_URL, secret: values.EVENTS_SECRET }
        : undefined,
    emailFrom:
      values.EMAIL_FROM ?? `${values.APP_NAME.replace(/[<>"]/g, '')} <tidings@localhost.test>`,
    emailReplyTo: values.EMAIL_REPLY_TO,
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

/** Production emails must not end up in the local mailbox because the key is missing. */
function providerFaults(given: Record<string, string | undefined>): string[] {
  const sendsEmails = given.ROLE !== 'api' && given.SHADOW !== 'true'
  if (!sendsEmails || given.RESEND_API_KEY || given.LOCAL_MAILBOX === 'true') return []
  return ['RESEND_API_KEY is missing; LOCAL_MAILBOX=true keeps every email in a local mailbox']
}

/** A worker has no API and needs no tokens, so it gets random ones. */
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
