import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { readEvent } from '../../src/resend/read-event.ts'
import { noon, permanentBounce, providerEvent, tagsOf } from '../support/provider-event.ts'

const deliveryId = randomUUID()
const read = (event: unknown) => readEvent('msg_1', event)

test('an event is read with its own time, and with no more than it is kept for', () => {
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
])('%s tells of progress %s; that it was accepted: %s', (type, progress, provesAcceptance) => {
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

test('only a bounce suppresses for what it says of a bounce', () => {
  const event = providerEvent('email.delivered', { data: permanentBounce })
  expect(read(event)).toMatchObject({ suppresses: null })
})

test.each([
  ['no tags', undefined],
  ['null', null],
  ['a text', deliveryId],
  ['a list', [{ name: 'delivery_id', value: deliveryId }]],
  ['another tag', { category: 'welcome' }],
  ['no UUID', { delivery_id: '1; drop table users' }],
  ['a nested value', { delivery_id: { delivery_id: deliveryId } }],
])('tags that name no delivery (%s) are no fault', (_kind, tags) => {
  expect(read(providerEvent('email.sent', { tags }))).toMatchObject({ deliveryId: null })
})

const sound = providerEvent('email.sent') as { data: object }
test.each([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'email.sent'],
  ['a list', [sound]],
  ['no type', { ...sound, type: undefined }],
  ['a type that is no text', { ...sound, type: { toString: 'email.sent' } }],
  ['a type of NUL', { ...sound, type: 'email.\0' }],
  ['an endless type', { ...sound, type: 'x'.repeat(256) }],
  ['no data', { ...sound, data: undefined }],
  ['data that is a list', { ...sound, data: [] }],
  ['no email', { type: 'contact.created', created_at: new Date(), data: { id: 'c-1' } }],
  ['an id of half a character', { ...sound, data: { email_id: '\ud800' } }],
  ['an id that is a number', { ...sound, data: { email_id: 5 } }],
  ['no time', { ...sound, created_at: undefined }],
  ['no such time', { ...sound, created_at: 'yesterday' }],
  ['a time that no table holds', { ...sound, created_at: '+275000-01-01T00:00:00Z' }],
  ['a time before all mail', { ...sound, created_at: '-200000-01-01T00:00:00Z' }],
])('what is no event about an email (%s) is not taken for one', (_kind, event) => {
  expect(read(event)).toBeNull()
})

test('an id that no index could hold is not taken', () => {
  expect(readEvent('x'.repeat(3_000), sound)).toBeNull()
  expect(readEvent('', sound)).toBeNull()
})

test('what the provider says of a bounce is cut to what is worth keeping', () => {
  const bounce = { type: 5, subType: null, message: `\0${'m'.repeat(100_000)}`, deep: [[[]]] }
  const event = read(providerEvent('email.bounced', { data: { bounce } }))
  expect(event?.detail).toEqual({ message: 'm'.repeat(1_000) })
})
