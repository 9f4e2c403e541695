import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/config/config.ts'
import { eptssLinks } from '../../src/core/render/app-links.ts'
import { configOf, faultsOf, secrets, strongSecrets } from '../support/environment.ts'

test('the defaults are as documented', () => {
  expect(configOf()).toEqual({
    production: false,
    databaseUrl: undefined,
    pooler: 'auto',
    hostSchema: 'public',
    queueSchema: 'pgboss',
    resend: undefined,
    localMailbox: true,
    emailFrom: 'Tidings <tidings@localhost.test>',
    appName: 'Tidings',
    appUrl: 'http://localhost:3000',
    appLinks: eptssLinks,
    brand: { color: undefined, logoUrl: undefined, postalAddress: undefined },
    locale: 'en',
    localeColumn: undefined,
    trustProxy: false,
    retentionDays: undefined,
    publicUrl: 'http://localhost:3000',
    apiTokens: ['api'],
    cronSecrets: ['cron'],
    readTokens: [],
    linkSecrets: ['link'],
    host: '127.0.0.1',
    port: 3000,
    portGiven: false,
    schedule: '0 */8 * * *',
    scheduleTimeZone: 'UTC',
    rules: { newMaxAgeDays: 30, outstandingAfterDays: 3, reminderCooldownDays: 7 },
    rateLimit: undefined,
    rateHeadroom: 0.1,
    shadow: false,
    role: 'all',
    logLevel: 'info',
  })
})

test('each given value is used', () => {
  const config = configOf({
    ...{ NODE_ENV: 'production', ...strongSecrets },
    DATABASE_URL: 'postgresql://me@db/host?sslmode=require',
    HOST_SCHEMA: 'Covers_App',
    RESEND_API_KEY: 're_1',
    RESEND_BASE_URL: 'https://mail.example.com/api/',
    EMAIL_FROM: 'Covers <hello@example.com>',
    EMAIL_REPLY_TO: ' help@example.com',
    DELIVER_ONLY: '@ACME.com, Ana@b.example',
    DELIVER_TO: 'Ops@acme.com',
    APP_NAME: 'Covers',
    APP_URL: 'https://covers.example.com/',
    PUBLIC_URL: 'https://tidings.example.com',
    HOST: '::',
    PORT: '0',
    SCHEDULE: '*/5 8-18 * * 1-5',
    SCHEDULE_TZ: 'Europe/Berlin',
    NEW_MAX_AGE_DAYS: '14',
    OUTSTANDING_AFTER_DAYS: '0',
    REMINDER_COOLDOWN_DAYS: '1',
    RATE_LIMIT: '0.5',
    RATE_HEADROOM: '25',
    ROLE: 'worker',
    LOG_LEVEL: 'debug',
  })
  expect(config).toMatchObject({
    production: true,
    databaseUrl: 'postgresql://me@db/host?sslmode=require',
    hostSchema: 'Covers_App',
    resend: { apiKey: 're_1', baseUrl: 'https://mail.example.com/api' },
    emailFrom: 'Covers <hello@example.com>',
    emailReplyTo: 'help@example.com',
    appName: 'Covers',
    appUrl: 'https://covers.example.com',
    publicUrl: 'https://tidings.example.com',
    host: '::',
    port: 0,
    portGiven: true,
    schedule: '*/5 8-18 * * 1-5',
    scheduleTimeZone: 'Europe/Berlin',
    rules: {
      ...{ newMaxAgeDays: 14, outstandingAfterDays: 0, reminderCooldownDays: 1 },
      deliverOnly: ['@acme.com', 'ana@b.example'],
    },
    deliverTo: 'Ops@acme.com',
    rateLimit: 0.5,
    rateHeadroom: 0.25,
    role: 'worker',
    logLevel: 'debug',
  })
})

test('an empty value counts as absent', () => {
  const names = Object.keys(process.env).concat(
    'DATABASE_URL RESEND_API_KEY RESEND_BASE_URL EMAIL_FROM APP_NAME APP_URL PUBLIC_URL'.split(' '),
    'HOST PORT SCHEDULE SCHEDULE_TZ NEW_MAX_AGE_DAYS OUTSTANDING_AFTER_DAYS'.split(' '),
    'REMINDER_COOLDOWN_DAYS RATE_LIMIT ROLE LOG_LEVEL SHADOW RESEND_WEBHOOK_SECRET'.split(' '),
    ['DELIVER_ONLY', 'DELIVER_TO', 'EMAIL_REPLY_TO'],
  )
  for (const empty of ['', ' ', '\t\n']) {
    expect(configOf(Object.fromEntries(names.map(name => [name, empty])))).toEqual(configOf())
  }
  expect(faultsOf({ ...secrets, API_TOKEN: ' ' })).toEqual(['API_TOKEN is missing'])
})

test('unrelated variables are ignored', () => {
  expect(faultsOf({ ...secrets, PATH: '/bin', TIDINGS: 'x' })).toEqual([])
})

test('all errors are reported at once, one per line', () => {
  const error = (() => {
    try {
      return readConfig({
        CRON_SECRET: 'cron',
        DATABASE_URL: 'mysql://localhost/x',
        RESEND_API_KEY: 're_1',
        APP_URL: 'covers.example.com',
        PORT: '70000',
        SCHEDULE: 'hourly',
        SCHEDULE_TZ: 'Mars/Olympus',
        NEW_MAX_AGE_DAYS: '-1',
        RATE_LIMIT: '0',
        ROLE: 'boss',
        LOG_LEVEL: 'loud',
      })
    } catch (thrown) {
      return thrown
    }
  })()

  expect(error).toBeInstanceOf(ConfigError)
  const { faults, message } = error as ConfigError
  expect(message).toBe(`the configuration has ${faults.length} errors`)
  const names = faults.map(fault => fault.split(' ')[0])
  const expected = `API_TOKEN APP_URL DATABASE_URL EMAIL_FROM LINK_SECRET LOG_LEVEL NEW_MAX_AGE_DAYS
    PORT RATE_LIMIT ROLE SCHEDULE SCHEDULE_TZ`
  expect(names.sort()).toEqual(expected.split(/\s+/))
})

const wrong: [name: string, value: string, fault: RegExp][] = [
  ['DATABASE_URL', 'localhost:5432', /postgres:\/\//],
  ['DATABASE_URL', 'http://localhost/db', /postgres:\/\//],
  ['HOST_SCHEMA', 'app"; drop schema public; --', /name of a schema/],
  ['HOST_SCHEMA', 'tidings', /your own tables/],
  ['HOST_SCHEMA', 'pg_temp', /your own tables/],
  ['QUEUE_SCHEMA', 'Queue', /name of a schema: .* lower-case/],
  ['QUEUE_SCHEMA', 'x'.repeat(51), /at most 50/],
  ['QUEUE_SCHEMA', 'tidings', /schema of its own/],
  ['QUEUE_SCHEMA', 'pg_queue', /schema of its own/],
  ['RESEND_BASE_URL', 'https://mail.example.com', /has no effect without RESEND_API_KEY/],
  ['EMAIL_FROM', 'Covers', /Name <address>/],
  ['EMAIL_FROM', 'Covers <hello>', /Name <address>/],
  ['EMAIL_FROM', 'A <a@example.com>\r\nBcc: b@example.com', /Name <address>/],
  // A sender that the provider refuses is refused at the start, not with the first email.
  ['EMAIL_FROM', 'Covers <hello@localhost>', /Name <address>/],
  ['EMAIL_FROM', 'hello@exämple.com', /Name <address>/],
  ['EMAIL_FROM', 'Tab\there <a@example.com>', /Name <address>/],
  ['EMAIL_REPLY_TO', 'Help', /Name <address>/],
  ['EMAIL_REPLY_TO', 'a@example.com, b@example.com', /Name <address>/],
  ['DELIVER_ONLY', 'acme.com', /domain such as @example\.com, not "acme\.com"/],
  ['DELIVER_ONLY', '@acme.com, Ana <ana@b.example>', /not "Ana <ana@b\.example>"/],
  ['DELIVER_ONLY', '@acme', /not "@acme"/],
  ['DELIVER_ONLY', '@acme.com,', /empty item/],
  ['DELIVER_TO', 'Ops <ops@acme.com>', /one address such as ops@example\.com, not "Ops <ops@/],
  ['DELIVER_TO', 'ops@acme.com,b@acme.com', /one address/],
  ['DELIVER_TO', '@acme.com', /one address/],
  ['APP_NAME', 'x'.repeat(61), /60 characters/],
  ['APP_NAME', 'Two\nlines', /one line/],
  ['APP_URL', 'javascript:alert(1)', /http or https/],
  ['APP_URL', `https://example.com/${'x'.repeat(300)}`, /300 characters/],
  ['BRAND_COLOR', 'tomato', /#b4532a/],
  ['LOGO_URL', 'http://example.com/logo.png', /https/],
  ['LOGO_URL', `https://example.com/${'x'.repeat(1000)}`, /1000 characters/],
  ['POSTAL_ADDRESS', 'x'.repeat(301), /300 characters/],
  ['LOCALE', 'fr', /en or de/],
  ['LOCALE_COLUMN', 'locale; drop', /column of users/],
  ['PUBLIC_URL', '/tidings', /http or https/],
  ['PORT', 'http', /port/],
  ['PORT', '3000.5', /port/],
  ['PORT', '-1', /port/],
  ['NEW_MAX_AGE_DAYS', 'a month', /days/],
  ['OUTSTANDING_AFTER_DAYS', '1.5', /whole/],
  ['REMINDER_COOLDOWN_DAYS', '9999', /3650/],
  ['RATE_LIMIT', 'fast', /requests per second/],
  ['RATE_LIMIT', '-2', /more than 0/],
  ['RATE_LIMIT', '1001', /1000/],
  ['RATE_HEADROOM', '91', /90 percent/],
  ['ROLE', 'API', /all, api or worker/],
  ['SHADOW', 'yes', /must be true or false/],
  ['LOG_LEVEL', 'INFO', /fatal.*silent/],
  ['API_TOKEN', 'a,', /empty item/],
  ['CRON_SECRET', 'two words', /without blanks/],
  ['READ_TOKEN', 'grün', /ASCII/],
  ['LINK_SECRET', 'a,,b', /empty item/],
  ['LINK_SECRET', ',', /empty item/],
]
test.for(wrong)('%s=%j is one error that says what it must be', ([name, value, fault]) => {
  const [only, ...more] = faultsOf({ ...secrets, [name]: value })
  expect(only).toMatch(new RegExp(`^${name} `))
  expect(only).toMatch(fault)
  expect(more).toEqual([])
})

test.each([
  ['https://x.test/app/?tenant=s3cret', 'a query', 'https://x.test/app?…', 'https://x.test/app'],
  ['https://x.test?', 'a query', 'https://x.test?…', 'https://x.test'],
  ['https://me:s3cret@x.test', 'a user name or password', 'https://…@x.test', 'https://x.test'],
  [
    'https://me@x.test:8443/',
    'a user name or password',
    'https://…@x.test:8443',
    'https://x.test:8443',
  ],
  [
    'http://me:s3cret@x.test/a?k=s3cret',
    'a user name or password and a query',
    'http://…@x.test/a?…',
    'http://x.test/a',
  ],
])(
  'PUBLIC_URL and APP_URL cannot be %s, which no link may begin with',
  (value, what, given, expected) => {
    for (const name of ['PUBLIC_URL', 'APP_URL']) {
      expect(faultsOf({ ...secrets, [name]: value })).toEqual([
        `${name} must not have ${what}, since links begin with it: ${given} was given, ${expected} is expected`,
      ])
    }
  },
)

test('a fragment may be part of APP_URL only', () => {
  expect(configOf({ APP_URL: 'https://x.test/#/app' }).appUrl).toBe('https://x.test/#/app')
  expect(faultsOf({ ...secrets, PUBLIC_URL: 'https://x.test/#s3cret' })).toEqual([
    'PUBLIC_URL must not have a fragment, since links begin with it: https://x.test#… was given, https://x.test is expected',
  ])
})

test('the queue has another schema than the host', () => {
  expect(configOf()).toMatchObject({ queueSchema: 'pgboss' })
  expect(faultsOf({ ...secrets, HOST_SCHEMA: 'App', QUEUE_SCHEMA: 'app' })).toEqual([
    'QUEUE_SCHEMA must not be HOST_SCHEMA: the queue needs a schema of its own',
  ])
})

test('a key requires a sender', () => {
  const [fault, ...more] = faultsOf({ ...secrets, RESEND_API_KEY: 're_1' })
  expect(fault).toMatch(/^EMAIL_FROM is required with RESEND_API_KEY/)
  expect(more).toEqual([])
  expect(faultsOf({ ...secrets, RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@example.com' })).toEqual([])
})

test("the provider's URL is an http URL", () => {
  const mail = { RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@example.com' }
  expect(faultsOf({ ...secrets, ...mail, RESEND_BASE_URL: 'ftp://mail.example.com' })).toEqual([
    'RESEND_BASE_URL must be an http or https URL',
  ])
})

test('without a key the sender contains the app name, whatever characters it has', () => {
  expect(configOf({ APP_NAME: 'A "B" <C>' }).emailFrom).toBe('A B C <tidings@localhost.test>')
})

test('link secrets are a list; surrounding blanks are ignored', () => {
  expect(configOf({ LINK_SECRET: 'new' }).linkSecrets).toEqual(['new'])
  expect(configOf({ LINK_SECRET: 'new, old ,older' }).linkSecrets).toEqual(['new', 'old', 'older'])
})

test('the default public URL contains the port', () => {
  expect(configOf({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080')
})

test('an error never repeats the value, which may be a misplaced secret', () => {
  const value = 'sesame open'
  const names = 'DATABASE_URL RESEND_BASE_URL EMAIL_FROM APP_URL PORT SCHEDULE RATE_LIMIT ROLE'
  const faults = faultsOf(Object.fromEntries(names.split(' ').map(name => [name, value])))
  expect(faults.length).toBeGreaterThan(8)
  expect(faults.join()).not.toContain('sesame')
})
