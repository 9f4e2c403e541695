import { expect, test } from 'vitest'
import { signUnsubscribe, verifyUnsubscribe } from '../../src/links/unsubscribe-token.ts'

const userId = '5f1f3c2e-6f0a-4b57-9d53-1f0c7a2f9b10'
const secrets = ['newest secret', 'older secret']

test('a signed link names its user again', () => {
  expect(verifyUnsubscribe(secrets, signUnsubscribe(secrets, userId))).toBe(userId)
})

test.each([
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '5F1F3C2E-6F0A-4B57-9D53-1F0C7A2F9B10',
])('any uuid goes through: %s', id => {
  expect(verifyUnsubscribe(secrets, signUnsubscribe(secrets, id))).toBe(id.toLowerCase())
})

test('the token is for ever: it is the same today and tomorrow', () => {
  expect(signUnsubscribe(secrets, userId)).toBe(signUnsubscribe(secrets, userId))
})

test('a token goes into a link as it is, and shows neither secret nor id in the clear', () => {
  const token = signUnsubscribe(secrets, userId)
  expect(encodeURIComponent(token)).toBe(token)
  expect(token).not.toContain(userId)
})

test('a rotated secret keeps old links alive, new links carry the new one', () => {
  const old = signUnsubscribe(['older secret'], userId)
  expect(verifyUnsubscribe(secrets, old)).toBe(userId)
  expect(verifyUnsubscribe(['newest secret'], signUnsubscribe(secrets, userId))).toBe(userId)
  expect(verifyUnsubscribe(['newest secret'], old)).toBeNull()
})

test('nothing is signed or believed without a secret', () => {
  expect(() => signUnsubscribe([], userId)).toThrow('no link secret')
  expect(verifyUnsubscribe([], signUnsubscribe(secrets, userId))).toBeNull()
})

test('a change of any character makes a token worthless', () => {
  const token = signUnsubscribe(secrets, userId)
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'A' ? 'B' : 'A'
    const tampered = token.slice(0, at) + other + token.slice(at + 1)
    // The last character of each part has spare bits: other spellings of the same bytes may pass.
    expect([null, userId]).toContain(verifyUnsubscribe(secrets, tampered))
    if (at !== 21 && at !== token.length - 1) {
      expect(verifyUnsubscribe(secrets, tampered)).toBeNull()
    }
  }
})

test('the signature of one user does not sign another', () => {
  const [ours] = signUnsubscribe(secrets, userId).split('.')
  const [, theirs] = signUnsubscribe(secrets, userId.replace('5', '6')).split('.')
  expect(verifyUnsubscribe(secrets, `${ours}.${theirs}`)).toBeNull()
})

test.each([
  '',
  '.',
  'a.b',
  userId,
  'x'.repeat(100_000),
  `${'A'.repeat(22)}.${'A'.repeat(42)}`,
  `${'A'.repeat(22)}.${'A'.repeat(44)}`,
  `${'A'.repeat(22)}.${'A'.repeat(43)}\n`,
  `${'A'.repeat(22)}.${'A'.repeat(43)}`,
  `${'='.repeat(22)}.${'A'.repeat(43)}`,
  `${'é'.repeat(22)}.${'A'.repeat(43)}`,
  '../../etc/passwd',
])('what is no token is nobody: %j', token => {
  expect(verifyUnsubscribe(secrets, token)).toBeNull()
})
