import { expect, test } from 'vitest'
import { addressIn, addressSpellings, bareAddressIn } from '../../src/core/email-address.ts'
import { InvalidEmailError, readEmail } from '../../src/local/mailbox/validate-email.ts'
import { faultsOf, secrets } from '../support/environment.ts'

const acceptsSender = (from: string) =>
  faultsOf({ ...secrets, RESEND_API_KEY: 're_1', EMAIL_FROM: from }).length === 0

function mailboxAccepts(from: string): boolean {
  const email = { from, to: 'mara@example.com', subject: 'Hello', text: 'Hello' }
  try {
    readEmail(email, 'emails')
    return true
  } catch (error) {
    if (error instanceof InvalidEmailError) return false
    throw error
  }
}

test.each([
  ['hello@example.com', 'hello@example.com'],
  ['Covers <hello@example.com>', 'hello@example.com'],
  ['<hello@example.com>', 'hello@example.com'],
  ['  "Covers, Inc." <o\'neill+songs@mail.example.co.uk> ', "o'neill+songs@mail.example.co.uk"],
  [`${'x'.repeat(64)}@example.com`, `${'x'.repeat(64)}@example.com`],
])('%j is an address in the configuration and in the local mailbox', (text, address) => {
  expect(addressIn(text)).toBe(address)
  expect(acceptsSender(text)).toBe(true)
  expect(mailboxAccepts(text)).toBe(true)
})

test.each([
  'Covers',
  'hello@localhost',
  'Covers <hello@localhost>',
  'mara@-example.com',
  '.hello@example.com',
  'hello@exämple.com',
  'hällo@example.com',
  'hello@-example.com',
  'a@example.com, b@example.com',
  'Covers <a@example.com> <b@example.com>',
  'Covers <a@example.com>\r\nBcc: b@example.com',
  'Tab\there <a@example.com>',
  `${'x'.repeat(65)}@example.com`,
  `hello@${'x.'.repeat(125)}example.com`,
])('%j is refused by the configuration and by the local mailbox', text => {
  expect(addressIn(text)).toBeUndefined()
  expect(acceptsSender(text)).toBe(false)
  expect(mailboxAccepts(text)).toBe(false)
})

test.each([
  ['Ada@example.com', ['Ada@example.com']],
  ['ada@müsic.example', ['ada@müsic.example', 'ada@xn--msic-0ra.example']],
  ['ada@xn--msic-0ra.example', ['ada@xn--msic-0ra.example', 'ada@müsic.example']],
])('every spelling of %s', (address, spellings) => {
  expect(addressSpellings(address)).toEqual(spellings)
})

test('a bare address has no display name, and its domain may be international', () => {
  expect(bareAddressIn(' ada@müsic.example ')).toBe('ada@müsic.example')
  for (const text of [
    '',
    'ada',
    'Ada <ada@example.com>',
    'a@b.c,d@e.f',
    'ä@example.com',
    'a@b.c\0',
  ])
    expect(bareAddressIn(text)).toBeUndefined()
})
