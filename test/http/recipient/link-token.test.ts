import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type LinkPurpose, signLink, verifyLink } from '../../../src/http/recipient/link-token.ts'

const userId = '5f1f3c2e-6f0a-4b57-9d53-1f0c7a2f9b10'
const secrets = ['newest secret', 'older secret']
const purposes: LinkPurpose[] = ['unsubscribe', 'preferences']

test('tokens in emails sent earlier still verify', () => {
  const sent = 'Xx88Lm8KS1edUx8Mei-bEA.3v4v4gFiOQ0pK26e0MdX_1uMFgGgtH_ZykLzczvJCc8'
  expect(verifyLink(secrets, 'unsubscribe', sent)).toBe(userId)
  expect(signLink(secrets, 'unsubscribe', userId)).toBe(sent)
})

describe.each(purposes)('a token to %s', purpose => {
  const sign = (id = userId, by: string[] = secrets) => signLink(by, purpose, id)
  const verify = (token: string, by: string[] = secrets) => verifyLink(by, purpose, token)

  test.each([
    userId,
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '5F1F3C2E-6F0A-4B57-9D53-1F0C7A2F9B10',
  ])('resolves to its user: %s', id => {
    expect(verify(sign(id))).toBe(id.toLowerCase())
  })

  test('is deterministic', () => {
    expect(sign()).toBe(sign())
  })

  test('is not valid for another purpose', () => {
    for (const other of purposes.filter(name => name !== purpose)) {
      expect(verifyLink(secrets, other, sign())).toBeNull()
    }
  })

  test('needs no URL encoding and does not contain the id in plain text', () => {
    expect(encodeURIComponent(sign())).toBe(sign())
    expect(sign()).not.toContain(userId)
  })

  test('stays valid after a rotation until its secret is removed', () => {
    const old = sign(userId, ['older secret'])
    expect(verify(old)).toBe(userId)
    expect(verify(sign(), ['newest secret'])).toBe(userId)
    expect(verify(old, ['newest secret'])).toBeNull()
  })

  test('cannot be signed or verified without a secret', () => {
    expect(() => sign(userId, [])).toThrow('no link secret')
    expect(verify(sign(), [])).toBeNull()
  })

  test('is invalid with any character changed', () => {
    const token = sign()
    for (let at = 0; at < token.length; at++) {
      for (const other of neighboursOf(token[at] ?? '')) {
        const tampered = token.slice(0, at) + other + token.slice(at + 1)
        expect(verify(tampered), `${other} at ${at}`).toBeNull()
      }
    }
  })

  test('does not sign another user', () => {
    const [id] = sign().split('.')
    const [, signature] = sign(userId.replace('5', '6')).split('.')
    expect(verify(`${id}.${signature}`)).toBeNull()
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
  ])('is invalid if malformed: %j', token => {
    expect(verify(token)).toBeNull()
  })
})

test('a signature over the id without a purpose is invalid', () => {
  const [id = ''] = signLink(secrets, 'unsubscribe', userId).split('.')
  const bare = createHmac('sha256', 'newest secret').update(id).digest('base64url')
  for (const purpose of purposes) expect(verifyLink(secrets, purpose, `${id}.${bare}`)).toBeNull()
})

/** One character of each class, and the neighbours in base64url, which may decode to the same bytes. */
function neighboursOf(character: string): string[] {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const at = alphabet.indexOf(character)
  const near = at < 0 ? [] : [alphabet.at(at - 1), alphabet[(at + 1) % 64], alphabet[at ^ 2]]
  return ['A', 'z', '7', '-', '_', '.', '=', '+', '%', ' ', ...near]
    .filter(other => other !== undefined)
    .filter(other => other !== character)
}
