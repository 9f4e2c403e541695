import { expect, test } from 'vitest'
import { summarize } from '../../src/config/summary.ts'
import { configOf } from '../support/environment.ts'

const summaryText = (env: Record<string, string>) => JSON.stringify(summarize(configOf(env)))

test('the summary contains no secret and no database password', () => {
  const secret = {
    API_TOKEN: 'secret-api-token',
    CRON_SECRET: 'secret-cron',
    LINK_SECRET: 'secret-link,secret-older-link',
    RESEND_API_KEY: 're_secret_key',
  }
  const urls = [
    'postgres://tidings:secret-password@db.example.com:5432/host',
    'postgres://tidings@db.example.com:5432/host?password=secret-password',
    'postgres://db.example.com:5432/host?user=tidings&password=secret-password&sslmode=require',
    'postgres://tidings:secret%2Fpassword@db.example.com:5432/host#secret',
    'postgres://:secret-password@db.example.com:5432/host',
  ]
  for (const DATABASE_URL of urls) {
    const text = summaryText({ ...secret, DATABASE_URL, EMAIL_FROM: 'Covers <hello@example.com>' })
    expect(text).not.toContain('secret')
    expect(text).toContain('db.example.com:5432/host')
  }
})

test('no part of a short key is shown', () => {
  const summary = summaryText({ RESEND_API_KEY: 'zqx', EMAIL_FROM: 'a@example.com' })
  expect(summary).not.toContain('zqx')
})

test("a password in the provider's URL is not shown", () => {
  const summary = summaryText({
    RESEND_API_KEY: 're_secret_key',
    EMAIL_FROM: 'a@example.com',
    RESEND_BASE_URL: 'https://me:secret@mail.example.com/api?token=secret',
  })
  expect(summary).not.toContain('secret')
  expect(summary).toContain('mail.example.com/api')
})

test('the summary says that nothing is sent in shadow', () => {
  expect(summarize(configOf({ SHADOW: 'true' }))).toMatchObject({
    shadow: 'nothing is sent (SHADOW)',
  })
  expect(summaryText({ SHADOW: 'false' })).not.toContain('shadow')
})

test('the guards are in the summary', () => {
  expect(
    summarize(configOf({ DELIVER_ONLY: '@a.example', DELIVER_TO: 'b@a.example' })),
  ).toMatchObject({
    guards: 'DELIVER_ONLY: only @a.example get emails; DELIVER_TO: every email goes to b@a.example',
  })
  expect(summarize(configOf({}))).not.toHaveProperty('guards')
})

test('the summary shows the important settings', () => {
  expect(
    summarize(
      configOf({
        DATABASE_URL: 'postgres://localhost/host',
        EMAIL_REPLY_TO: 'help@a.example',
        RATE_LIMIT: '5',
      }),
    ),
  ).toEqual({
    database: 'postgres://localhost/host, sslmode disable',
    provider: 'local mailbox (no RESEND_API_KEY)',
    from: 'Tidings <tidings@localhost.test>',
    replies: 'help@a.example',
    app: 'Tidings, http://localhost:3000',
    public: 'http://localhost:3000',
    schedule: '0 */8 * * * (UTC)',
    rules: 'new up to 30 d, reminder after 3 d, at most every 7 d',
    rate: '5/s',
    role: 'all',
  })
  expect(summarize(configOf({ SCHEDULE: 'off' }))).toMatchObject({
    database: 'embedded PostgreSQL',
    schedule: 'off',
    rate: 'as reported by the provider, minus 10 %',
  })
})
