import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { readEvent } from '../../src/resend/read-event.ts'
import { noon, permanentBounce, providerEvent, tagsOf } from '../support/provider-event.ts'

const deliveryId = randomUUID()
const read = (event: unknown) => readEvent('msg_1', event)

test('an event is parsed with its own time and only the fields that are stored', () => {
  const tags = tagsOf(deliveryId)
  const fields = { emailId: 'e-1', at: 5, tags, data: { ...permanentBounce, click: { link: 'x' } } }
  expect(read(providerEvent('email.bounced', fields))).toEqual({
    id: 'msg_1',
    type: 'email.bounced',
    happenedAt: new Date(noon + 5000),
    providerId: 'e-1',
    deliveryId,
    recipients: ['recipient.of.the.event@claims.example'],
    detail: permanentBounce.bounce,
    progress: 'bounced',
    provesAcceptance: true,
    suppresses: 'bounced: General',
    isTransientBounce: false,
    optsOut: false,
  })
})

test.each([
  ['email.sent', 'accepted', true],
  ['email.scheduled', 'accepted', true],
  ['email.opened', 'accepted', true],
  ['email.clicked', 'accepted', true],
  ['email.delivery_delayed', 'delayed', true],
  ['email.delivered', 'delivered', true],
  ['email.suppressed', 'suppressed', true],
  ['email.bounced', 'bounced', true],
  ['email.complained', 'complained', true],
  ['email.failed', 'failed', false],
  ['email.received', null, false],
  ['email.invented_tomorrow', null, false],
  ['constructor', null, false],
])('%s means progress %s, and proves acceptance: %s', (type, progress, provesAcceptance) => {
  expect(read(providerEvent(type))).toMatchObject({ progress, provesAcceptance })
})

test.each([
  [{ type: 'Permanent', subType: 'Suppressed' }, 'bounced: Suppressed'],
  [{ type: 'Permanent' }, 'bounced: Permanent'],
  [{ type: 'Permanent', subType: '' }, 'bounced: Permanent'],
  [{ type: 'Permanent', subType: 'a\0b\ud800' }, 'bounced: ab\ufffd'],
  [{ type: 'Transient', subType: 'MailboxFull' }, null],
  [{ type: 'Undetermined', subType: 'Undetermined' }, null],
  [{ type: ['Permanent'] }, null],
  ['Permanent', null],
  [undefined, null],
])('a bounce %j suppresses: %s', (bounce, suppresses) => {
  expect(read(providerEvent('email.bounced', { data: { bounce } }))).toMatchObject({ suppresses })
})

test('bounce details of another event do not suppress the address', () => {
  const event = providerEvent('email.delivered', { data: permanentBounce })
  expect(read(event)).toMatchObject({ suppresses: null })
})

test.each([
  ['no tags', undefined],
  ['null', null],
  ['a string', deliveryId],
  ['a list', [{ name: 'delivery_id', value: deliveryId }]],
  ['another tag', { category: 'welcome' }],
  ['no UUID', { delivery_id: '1; drop table users' }],
  ['a nested value', { delivery_id: { delivery_id: deliveryId } }],
])('tags without a delivery id (%s) are accepted', (_kind, tags) => {
  expect(read(providerEvent('email.sent', { tags }))).toMatchObject({ deliveryId: null })
})

const valid = providerEvent('email.sent') as { data: object }
test.each([
  ['nothing', undefined],
  ['null', null],
  ['a string', 'email.sent'],
  ['a list', [valid]],
  ['no type', { ...valid, type: undefined }],
  ['a type that is not a string', { ...valid, type: { toString: 'email.sent' } }],
  ['a type with NUL', { ...valid, type: 'email.\0' }],
  ['a type that is too long', { ...valid, type: 'x'.repeat(256) }],
  ['no data', { ...valid, data: undefined }],
  ['data that is a list', { ...valid, data: [] }],
  ['no email', { type: 'contact.created', created_at: new Date(), data: { id: 'c-1' } }],
  ['an id with an unpaired surrogate', { ...valid, data: { email_id: '\ud800' } }],
  ['an id that is a number', { ...valid, data: { email_id: 5 } }],
  ['no time', { ...valid, created_at: undefined }],
  ['an invalid time', { ...valid, created_at: 'yesterday' }],
  ['a time that the database cannot store', { ...valid, created_at: '+275000-01-01T00:00:00Z' }],
  ['a time before email existed', { ...valid, created_at: '-200000-01-01T00:00:00Z' }],
])('a payload that is not an event about an email (%s) is ignored', (_kind, event) => {
  expect(read(event)).toBeNull()
})

test('an id that cannot be indexed is ignored', () => {
  expect(readEvent('x'.repeat(3_000), valid)).toBeNull()
  expect(readEvent('', valid)).toBeNull()
})

test('the explanation of a bounce is truncated and other types are removed', () => {
  const bounce = { type: 5, subType: null, message: `\0${'m'.repeat(100_000)}`, deep: [[[]]] }
  const event = read(providerEvent('email.bounced', { data: { bounce } }))
  expect(event?.detail).toEqual({ message: 'm'.repeat(1_000) })
})
