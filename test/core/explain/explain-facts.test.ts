import { expect, test } from 'vitest'
import type { EligibilityFacts } from '../../../src/core/explain/eligibility-facts.ts'
import { explainFacts } from '../../../src/core/explain/explain-facts.ts'

const rules = { newMaxAgeDays: 30, outstandingAfterDays: 3, reminderCooldownDays: 7 }
const at = new Date('2026-11-24T11:00:00Z')

const facts = (changes: Partial<EligibilityFacts> = {}): EligibilityFacts => ({
  userId: '00000000-0000-4000-8000-000000000001',
  name: 'Mara',
  address: 'mara@example.com',
  at,
  verdicts: { new_notifications: 'nothing_new', outstanding_reminder: 'cooldown' },
  setting: null,
  isAddressable: true,
  isAllowed: true,
  suppressed: null,
  refused: null,
  resting: null,
  hold: null,
  inFlight: null,
  unrecorded: [],
  unread: {
    total: 3,
    newest: new Date('2026-11-24T09:00:00Z'),
    oldest: new Date('2026-11-18T09:00:00Z'),
    newestFresh: null,
    fresh: 0,
    carried: 3,
    baseline: 0,
    elsewhere: 0,
    carriedUntil: null,
    tooOld: 0,
    outstanding: 2,
  },
  carrier: { sentAt: new Date('2026-11-20T09:12:00Z'), state: 'accepted', emails: 1 },
  lastAccepted: {
    emailType: 'new_notifications',
    sentAt: new Date('2026-11-20T09:12:00Z'),
    isRecent: true,
  },
  notificationIds: { new_notifications: [], outstanding_reminder: [] },
  ...changes,
})

/** The text of one rule. */
function textOf(rule: string, changes: Partial<EligibilityFacts> = {}): string | undefined {
  const { types } = explainFacts(facts(changes), rules)
  const all = [...types.new_notifications.rules, ...types.outstanding_reminder.rules]
  return all.find(one => one.rule === rule)?.text
}
const unread = (changes: Partial<EligibilityFacts['unread']>) => ({
  ...facts().unread,
  ...changes,
})

test('everything unread is carried, and the cool-down prevents a reminder', () => {
  const { types } = explainFacts(facts(), rules)
  expect(types.new_notifications.rules[0]).toEqual({
    rule: 'something_new',
    holds: false,
    text: '3 unread, newest 2 h ago; all carried by the new_notifications email of 20 Nov 09:12 UTC',
  })
  expect(types.outstanding_reminder.rules.find(rule => !rule.holds)).toEqual({
    rule: 'cooldown',
    holds: false,
    text:
      'the last accepted email, new_notifications of 20 Nov 09:12 UTC, is less than 7 days old; ' +
      'next reminder possible on 27 Nov 09:12 UTC',
  })
  expect(types.outstanding_reminder.possibleFrom).toEqual(new Date('2026-11-27T09:12:00.001Z'))
})

test('each unread notification is counted once', () => {
  const carriedUntil = new Date('2025-11-01T10:00:00Z')
  const mixed = unread({ total: 7, fresh: 1, carried: 3, baseline: 2, tooOld: 1, carriedUntil })
  const carrier = {
    sentAt: new Date('2026-11-20T09:12:00Z'),
    state: 'accepted',
    emails: 2,
  } as const
  expect(textOf('something_new', { unread: mixed, carrier })).toBe(
    '7 unread, newest 2 h ago; 1 in no new_notifications email yet; 3 carried by 2 ' +
      'new_notifications emails, the last of 20 Nov 09:12 UTC; 2 counted as carried before ' +
      'adoption, up to 1 Nov 2025 10:00 UTC; 1 older than 30 days, too old to be new',
  )
})

test.each([
  [
    'under_way',
    '1 unread, newest 2 h ago; it is in the new_notifications email in flight since 20 Nov 09:12 UTC',
  ],
  [
    'unknown',
    '1 unread, newest 2 h ago; it is in the new_notifications email of 20 Nov 09:12 UTC, whose outcome is unknown',
  ],
] as const)(
  'an email whose outcome is not known is not described as accepted: %s',
  (state, text) => {
    const carrier = { sentAt: new Date('2026-11-20T09:12:00Z'), state, emails: 1 }
    expect(textOf('something_new', { unread: unread({ total: 1, carried: 1 }), carrier })).toBe(
      text,
    )
  },
)

test('the text says when a notification will have been unread for long enough', () => {
  const short = unread({ outstanding: 0, oldest: new Date('2026-11-23T09:00:00Z') })
  expect(textOf('something_outstanding', { unread: short })).toBe(
    'nothing has been unread for more than 3 days; the oldest is from 23 Nov 09:00 UTC, so a reminder is possible from 26 Nov 09:00 UTC',
  )
})

test.each<[string, Partial<EligibilityFacts>, string]>([
  ['setting', {}, 'emails are on: never changed'],
  [
    'setting',
    { setting: { isOn: false, changedAt: new Date('2026-11-01T00:00:00Z') } },
    'emails are off; the settings were last changed on 1 Nov 00:00 UTC',
  ],
  [
    'address',
    { isAddressable: false, address: 'mara\n' },
    '"mara\\n" is not a valid email address',
  ],
  [
    'suppression',
    { suppressed: { reason: 'bounced: General', since: new Date('2026-11-02T03:04:05Z') } },
    'the address has been suppressed since 2 Nov 03:04 UTC: bounced: General',
  ],
  [
    'in_flight',
    { inFlight: { emailType: 'new_notifications', since: at, isUnknown: true } },
    'the new_notifications email of 24 Nov 11:00 UTC is in flight, and its outcome is not known yet',
  ],
  ['cooldown', { lastAccepted: null }, 'no email has been accepted so far'],
  ['something_new', { unread: unread({ total: 0, newest: null }) }, 'nothing is unread'],
])('%s', (rule, changes, text) => {
  expect(textOf(rule, changes)).toBe(text)
})

test.each<[string, Partial<EligibilityFacts>]>([
  ['something new goes first', { unread: unread({ fresh: 1 }) }],
  ['nothing is unread', { unread: unread({ total: 0, oldest: null }) }],
  ['emails are off', { setting: { isOn: false, changedAt: at } }],
  ['it is due', { verdicts: { new_notifications: 'nothing_new', outstanding_reminder: 'due' } }],
])('a reminder does not become due by time alone: %s', (_, changes) => {
  expect(explainFacts(facts(changes), rules).types.outstanding_reminder.possibleFrom).toBeNull()
})

test('a rest says until when, and from when an email is possible again', () => {
  const resting = { until: new Date('2026-12-01T09:00:00Z'), rests: 2 }
  const newestFresh = new Date('2026-11-24T09:00:00Z')
  const verdicts = { new_notifications: 'resting', outstanding_reminder: 'resting' } as const
  expect(textOf('resting', { resting })).toBe(
    'the address rests until 1 Dec 09:00 UTC, for the 2. time in a row: its emails bounced transiently on 3 days or more, and none was delivered since',
  )
  const from = (changes: Partial<EligibilityFacts>) => {
    const { types } = explainFacts(facts({ resting, verdicts, ...changes }), rules)
    return [types.new_notifications.possibleFrom, types.outstanding_reminder.possibleFrom]
  }
  const afterRest = new Date('2026-12-01T09:00:00.001Z')
  expect(from({})).toEqual([null, afterRest])
  expect(from({ unread: unread({ fresh: 1, newestFresh }) })).toEqual([afterRest, null])
  // It will be too old to be new.
  const old = new Date('2026-10-30T09:00:00Z')
  expect(from({ unread: unread({ fresh: 1, newestFresh: old }) })).toEqual([null, null])
  const suppressed = { reason: 'bounced', since: at }
  expect(from({ suppressed, unread: unread({ fresh: 1, newestFresh }) })).toEqual([null, null])
})

test('a pause says until when, and from when an email is possible again', () => {
  const hold = { reason: 'paused', until: new Date('2026-12-01T09:00:00Z') } as const
  const verdicts = { new_notifications: 'paused', outstanding_reminder: 'paused' } as const
  expect(textOf('paused', { hold })).toBe(
    'the user has paused emails until 1 Dec 09:00 UTC; nothing is lost until then',
  )
  const newestFresh = new Date('2026-11-24T09:00:00Z')
  const from = (changes: Partial<EligibilityFacts>) => {
    const { types } = explainFacts(facts({ hold, verdicts, ...changes }), rules)
    return [types.new_notifications.possibleFrom, types.outstanding_reminder.possibleFrom]
  }
  const afterPause = new Date('2026-12-01T09:00:00.001Z')
  expect(from({})).toEqual([null, afterPause])
  expect(from({ unread: unread({ fresh: 1, newestFresh }) })).toEqual([afterPause, null])
  // Of a rest and a pause, the one that ends last decides.
  const resting = { until: new Date('2026-12-02T09:00:00Z'), rests: 1 }
  expect(from({ resting })).toEqual([null, new Date('2026-12-02T09:00:00.001Z')])
})
