import { expect, test } from 'vitest'
import type { ProviderAccount, SendingPause } from '../../../src/core/provider-account.ts'
import { sendingCard, troubleBanner } from '../../../src/http/dashboard/pages/sending-state.ts'
import {
  createSendingStateReader,
  type SendingState,
} from '../../../src/http/dashboard/sending-state.ts'

const now = Date.parse('2026-11-24T08:00:00Z')
const open: SendingState = { shadow: false, pause: null, stoppedAt: null, faults: [] }
const paused = (pause: Partial<SendingPause>): SendingState => ({
  ...open,
  pause: { reason: 'rate_limit_exceeded: slow down', until: null, stopped: false, ...pause },
})

const textOf = (page: unknown) =>
  String(page)
    .replace(/<[^>]+>/g, '')
    .replace(/\s+/g, ' ')

test.each([
  ['in shadow', { ...open, shadow: true }, /^In shadow\. .*What to do$/],
  [
    'paused',
    paused({ until: new Date(now + 120_000) }),
    /^Sending is paused\. rate_limit_exceeded: slow down\. Sending resumes in 2 min, 08:02 UTC\./,
  ],
  [
    'moved',
    paused({ reason: 'moved: this database sends for https://a.test', stopped: true }),
    /^Sending is stopped\. moved: this database sends for https:\/\/a\.test\./,
  ],
] as const)('every page says that sending is %s', (_, state, text) => {
  expect(textOf(troubleBanner(state, now))).toMatch(text)
})

test.each([
  ['invalid_api_key: no', /What to do: Set RESEND_API_KEY to a valid key/],
  ['bounce_rate: 5 %', /What to do: Correct or remove the addresses.*Show the emails/],
  ['complaint_rate: 1 %', /What to do: Find out why recipients report.*Show the emails/],
  ['daily_quota_exceeded: no', /What to do: Wait until the provider resets the quota/],
  ['moved: elsewhere', /What to do: The database was copied.*moved --yes/],
  ['brand_new_code: no', /What to do: Find the cause, then resume sending\./],
])('a stop with the reason %s carries its fix', (reason, fix) => {
  const card = sendingCard(paused({ reason, stopped: true }), now, false)
  expect(textOf(card)).toMatch(fix)
  expect(String(card).includes('/lane/resume')).toBe(!reason.startsWith('moved'))
})

test('nothing is said while emails go out', () => {
  expect(troubleBanner(open, now)).toBe(false)
})

test('the state is read once for all pages, and no page fails or waits because of it', async () => {
  const reads: PromiseWithResolvers<ProviderAccount>[] = []
  const reader = createSendingStateReader({
    shadow: false,
    account: {
      read() {
        const read = Promise.withResolvers<ProviderAccount>()
        reads.push(read)
        return read.promise
      },
      resume: async () => null,
    },
    readWorkHealth: async () => ({
      ...{ isReadOnly: true, workerSeenAt: null, hasWork: false },
      ...{ failedClaims: null, unanswered: null },
    }),
  })
  await Promise.all([reader.refresh(), reader.refresh()])
  expect(reads).toHaveLength(1)
  expect(reader.latest()).toBeNull()
  reads[0]?.resolve({
    ...{ pause: null, stoppedAt: null, learntRate: null, open: 0, unknown: 0 },
    lastMinute: { requests: 0, emails: 0 },
  })
  await expect.poll(() => reader.latest()?.faults[0]?.kind).toBe('database')

  await expect
    .poll(() => {
      void reader.refresh()
      return reads.length
    })
    .toBe(2)
  reads[1]?.reject(new Error('away'))
  await reader.refresh()
  expect(reader.latest()).toBeNull()
})
