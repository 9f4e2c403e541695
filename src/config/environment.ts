import { isIP } from 'node:net'
import { z } from 'zod'
import { addressIn } from '../core/email-address.ts'
import { defaultQueueSchema } from '../core/queue.ts'
import { eptssLinks } from '../core/render/app-links.ts'
import { nextTick } from '../core/runs/schedule.ts'
import { readAppLinks } from './app-links.ts'
import { readDatabaseUrl } from './database-url.ts'
import { deliverTo, readDeliverOnly } from './delivery-guards.ts'
import { checkLinkBase } from './link-base.ts'

const locales = ['en', 'de'] as const
const webhookSecret = /^whsec_[A-Za-z0-9+/]+={0,2}$/
const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(300, 'must be 300 characters or fewer')
  .transform(url => url.replace(/\/+$/, ''))
const linkBase = (options?: { mayHaveFragment: boolean }) =>
  httpUrl.superRefine((url, context) => checkLinkBase(url, context, options))
const databaseUrl = z
  .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL', abort: true })
  .superRefine((url, context) => {
    try {
      readDatabaseUrl(url)
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message })
    }
  })
/** What the provider accepts in `from` and `reply_to`. */
const mailbox = z
  .string()
  .trim()
  .refine(text => addressIn(text) !== undefined, 'must look like `Name <address>`')
const retention = 'must be off, or a whole number of days from 30 to 3650'
/** A comma-separated list, so that a new secret works before the old one is removed. */
const list = z
  .string()
  .transform(text => text.split(',').map(item => item.trim()))
  .refine(items => !items.includes(''), 'must not have an empty item')
/** Values for the Authorization header, which allows no blanks (RFC 9110). */
const tokens = list.refine(
  items => items.every(item => /^[\x21-\x7e]*$/.test(item)),
  'must be ASCII without blanks',
)
const days = (fallback: number) =>
  z.coerce
    .number({ error: 'must be a number of days' })
    .int('must be a whole number of days')
    .min(0, 'must be 0 days or more')
    .max(3650, 'must be 3650 days or fewer')
    .default(fallback)

export const environment = z.object({
  NODE_ENV: z.string().optional(),
  DATABASE_URL: databaseUrl.optional(),
  DIRECT_URL: databaseUrl.optional(),
  DATABASE_POOLER: z
    .enum(['auto', 'transaction', 'session'], { error: 'must be auto, transaction or session' })
    .default('auto'),
  HOST_SCHEMA: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/i, 'must be the name of a schema')
    .regex(
      /^(?!(tidings|pgboss|information_schema|pg_.*)$)/i,
      'must be the schema of your own tables',
    )
    .default('public'),
  QUEUE_SCHEMA: z
    .string()
    .regex(
      /^[a-z_][a-z0-9_]{0,49}$/,
      'must be the name of a schema: at most 50 lower-case letters, digits and underscores',
    )
    .regex(
      /^(?!(tidings|public|information_schema|pg_.*)$)/,
      'must be a schema of its own, such as tidings_queue',
    )
    .default(defaultQueueSchema),
  RESEND_API_KEY: z.string().optional(),
  RESEND_BASE_URL: httpUrl.optional(),
  LOCAL_MAILBOX: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform(text => text === 'true')
    .default(false),
  RESEND_WEBHOOK_SECRET: z
    .string()
    .regex(webhookSecret, 'must look like `whsec_…`, as the provider shows it')
    .optional(),
  EVENTS_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .max(1000, 'must be 1000 characters or fewer')
    .refine(url => !/^[^/]*\/\/[^/]*@/.test(url), 'must not contain a user name or a password')
    .optional(),
  EVENTS_SECRET: z
    .string()
    .regex(webhookSecret, 'must look like `whsec_…`: echo "whsec_$(openssl rand -base64 32)"')
    .optional(),
  EMAIL_FROM: mailbox.optional(),
  EMAIL_REPLY_TO: mailbox.optional(),
  APP_NAME: z
    .string()
    .regex(/^[^\p{Cc}]{1,60}$/u, 'must be 1 to 60 characters in one line')
    .default('Tidings'),
  APP_URL: linkBase({ mayHaveFragment: true }).default('http://localhost:3000'),
  APP_LINKS: z
    .string()
    .transform((text, context) => readAppLinks(text, context))
    .default(eptssLinks),
  BRAND_COLOR: z
    .string()
    .regex(/^#[\da-f]{6}$/i, 'must be a colour such as #b4532a')
    .transform(colour => colour.toLowerCase())
    .optional(),
  LOGO_URL: z
    .url({ protocol: /^https$/, error: 'must be an https URL' })
    .max(1000, 'must be 1000 characters or fewer')
    .optional(),
  POSTAL_ADDRESS: z.string().max(300, 'must be 300 characters or fewer').optional(),
  LOCALE: z.enum(locales, { error: `must be ${locales.join(' or ')}` }).default('en'),
  LOCALE_COLUMN: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/i, 'must be the name of a column of users')
    .optional(),
  PUBLIC_URL: linkBase().optional(),
  API_TOKEN: tokens,
  CRON_SECRET: tokens,
  READ_TOKEN: tokens.optional(),
  LINK_SECRET: list,
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce
    .number({ error: 'must be a port number' })
    .int('must be a port number')
    .min(0, 'must be a port from 0 to 65535')
    .max(65535, 'must be a port from 0 to 65535')
    .optional(),
  TRUST_PROXY: z
    .string()
    .transform((text, context) => toProxies(text, context))
    .optional(),
  SCHEDULE: z
    .string()
    .refine(text => text === 'off' || isCron(text), 'must be a cron expression, or off')
    .refine(text => !hasRandomField(text), 'must not use H, which stands for a random value')
    .default('0 */8 * * *'),
  SCHEDULE_TZ: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
    .default('UTC'),
  NEW_MAX_AGE_DAYS: days(30),
  OUTSTANDING_AFTER_DAYS: days(3),
  REMINDER_COOLDOWN_DAYS: days(7),
  RETENTION_DAYS: z
    .union(
      [
        z.literal('off').transform(() => undefined),
        z.coerce.number().int().min(30, retention).max(3650, retention),
      ],
      retention,
    )
    .optional(),
  DELIVER_ONLY: list.transform((items, context) => readDeliverOnly(items, context)).optional(),
  DELIVER_TO: deliverTo.optional(),
  RATE_LIMIT: z.coerce
    .number({ error: 'must be a number of requests per second' })
    .positive('must be more than 0 requests per second')
    .max(1000, 'must be 1000 requests per second or fewer')
    .optional(),
  RATE_HEADROOM: z.coerce
    .number({ error: 'must be a percentage' })
    .min(0, 'must be 0 percent or more')
    .max(90, 'must be 90 percent or less')
    .default(10),
  SHADOW: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform(text => text === 'true')
    .default(false),
  ROLE: z.enum(['all', 'api', 'worker'], { error: 'must be all, api or worker' }).default('all'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent',
    })
    .default('info'),
})

function isCron(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false
  try {
    nextTick({ cron: text, timeZone: 'UTC' }, new Date())
    return true
  } catch {
    return false
  }
}

/** `H` as a field, not in THU or MAR; the parser would draw its value anew each time. */
function hasRandomField(text: string): boolean {
  return /(?<![a-z])h(?![a-z])/i.test(text)
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Parses TRUST_PROXY: `true`, `false`, a number of hops or the proxies' addresses. */
function toProxies(text: string, context: z.RefinementCtx): boolean | number | string[] {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^\d$/.test(text)) return Number(text)
  const proxies = text.split(',').map(item => item.trim())
  if (!proxies.every(item => isIP(item.split('/')[0] ?? ''))) {
    context.addIssue({
      code: 'custom',
      message: 'must be true, a number of hops, or addresses separated by commas',
    })
  }
  return proxies
}
