import { expect, test } from 'vitest'
import { defangLinks } from '../../../src/core/render/defang-links.ts'

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

test('the dots of sentences stay unchanged', () => {
  for (const text of ['Well… done. See you.', '“Slow it down.” Then: again', 'plain']) {
    expect(defangLinks(text)).toBe(text)
  }
})
