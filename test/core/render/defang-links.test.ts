import { expect, test } from 'vitest'
import { defangLinks } from '../../../src/core/render/defang-links.ts'
import { linksInText } from '../../support/client-links.ts'

const looks = (text: string) => defangLinks(text).replaceAll('\u2060', '')

test('no dot remains between two letters or digits', () => {
  for (const text of ['evil.com', 'www.evil.co.uk/a.html', 'a@evil.com', '1.2.3.4', 'ｅvil．com']) {
    expect(defangLinks(text)).not.toMatch(/[\p{L}\p{N}][.．｡][\p{L}\p{N}]/u)
    expect(looks(text)).toBe(text)
  }
})

test('every scheme is removed', () => {
  expect(looks('See HTTPS://evil.com or ftp://x')).toBe('See evil.com or x')
})

test('the dots, colons and slashes of sentences stay unchanged', () => {
  const texts = [
    'Well… done. See you.',
    '“Slow it down.” Then: again',
    'At 12:30, @ana and/or me',
    'plain',
  ]
  for (const text of texts) {
    expect(defangLinks(text)).toBe(text)
  }
})

const links = [
  'evil.com',
  'www.evil.co.uk/a.html?b#c',
  '192.0.2.7/login',
  'https://evil.example/login',
  'http://localhost:3000/',
  '//evil.example/login',
  '//user@evil.example:80/login',
  '//localhost/login',
  'mailto:x@y',
  'mailto:ana@evil.example?subject=x',
  'ana@evil.com',
]
test('a mail client turns none of them into a link, wherever they stand', async () => {
  for (const link of links) {
    expect((await linksInText(`See ${link}`)).length, link).toBe(1)
    for (const text of [
      link,
      `See ${link}.`,
      `<${link}>`,
      `"${link}"`,
      `https:${link}`,
      `a://${link}`,
    ]) {
      expect(await linksInText(defangLinks(text)), text).toEqual([])
    }
  }
})

test('what begins a link of any scheme is separated', () => {
  const defanged = [
    'tel:+4930',
    'sms:1',
    'javascript:x',
    'x-app+1.0:open',
    '\\\\server\\share',
    '///x',
    'x@y',
  ]
  for (const text of defanged) {
    expect(defangLinks(text)).not.toMatch(/[a-z\d]:\S|\/\/|\\\\|@y/)
    expect(looks(text)).toBe(text)
  }
})
