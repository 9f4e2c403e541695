import { describe, expect, test } from 'vitest'
import { cleanName, cleanText } from '../../../src/core/render/clean-text.ts'

const graphemes = (text: string) => [...new Intl.Segmenter('en').segment(text)].length

describe('what is stripped', () => {
  test('line breaks and tabs become one space, and the ends are trimmed', () => {
    expect(cleanText('  a\r\n\r\nb\t\tc\u2028d\u2029e\u0085f\u00a0g  ', 99)).toBe('a b c d e f g')
  })

  test('C0 and C1 controls go', () => {
    expect(cleanText('a\0b\x08c\x1b[31md\x7fe\x9ff', 99)).toBe('abc[31mdef')
  })

  test('each of the 12 bidi controls goes', () => {
    const bidi = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'
    expect(bidi).toHaveLength(12)
    expect(cleanText(`a${bidi}b`, 99)).toBe('ab')
  })

  test('tag characters go', () => {
    expect(cleanText('a\u{e0001}\u{e0041}\u{e007f}b', 99)).toBe('ab')
  })

  test('lone surrogates go and pairs stay', () => {
    expect(cleanText('a\ud83db\ude00c😀', 99)).toBe('abc😀')
  })

  test('a control between two halves cannot make a pair of them', () => {
    expect(cleanText('a\ud83d\u202e\ude00b', 99)).toBe('ab')
  })

  test('a pair on the border of two slices stays', () => {
    for (const before of [4094, 4095, 4096]) {
      expect(cleanText(`${'\u202e'.repeat(before)}😀!`, 99)).toBe('😀!')
    }
  })

  test('a control between two spaces leaves one space', () => {
    expect(cleanText('a \u200e b', 99)).toBe('a b')
  })

  test('text that nobody can see is empty', () => {
    for (const text of ['', ' \n', '\u200b\u200d', '\u3164\u115f', '\ufeff']) {
      expect(cleanText(text, 99)).toBe('')
    }
  })
})

describe('what stays', () => {
  test('ZWJ families and ZWNJ in Persian', () => {
    expect(cleanText('👩‍👩‍👧‍👦 می‌خواهم', 99)).toBe('👩‍👩‍👧‍👦 می‌خواهم')
  })

  test('accents that languages use', () => {
    const words = 'Tie\u0302\u0301ng Vie\u0323\u0302t, हिन्दी, ภาษาไทย, שָׁלוֹם'
    expect(cleanText(words, 99)).toBe(words)
  })

  test('markup, because escaping is for whoever writes HTML', () => {
    expect(cleanText('<b>&amp;</b>', 99)).toBe('<b>&amp;</b>')
  })
})

describe('clipping', () => {
  test('text of just the length stays whole', () => {
    expect(cleanText('abcde', 5)).toBe('abcde')
    expect(cleanText('👍🏽'.repeat(5), 5)).toBe('👍🏽'.repeat(5))
  })

  test('longer text ends in an ellipsis that counts', () => {
    expect(cleanText('abcdef', 5)).toBe('abcd…')
    expect(cleanText('abc def', 5)).toBe('abc…')
    expect(cleanText('日本語日本語', 5)).toBe('日本語日…')
  })

  test('a family is never cut in two', () => {
    expect(cleanText('👩‍👩‍👧‍👦'.repeat(3), 2)).toMatch(/^(👩‍👩‍👧‍👦)?…$/u)
  })

  test('accents piled on one letter are taken off', () => {
    expect(cleanText(`Z${'\u0301'.repeat(9000)}algo`, 99)).toMatch(/^Z\u0301{3}/)
    expect(cleanText(`Z${'\u0301'.repeat(90)}algo`, 99)).toBe('Z\u0301\u0301\u0301algo')
  })

  test('no grapheme is longer than 20 units, whatever it is made of', () => {
    for (const unit of ['👩\u200d', '\u1100', 'क्', '\u0e49', '\u{1f1e6}']) {
      const clean = cleanText(unit.repeat(3000), 280)
      expect(clean.length).toBeLessThanOrEqual(4 * 280 + 1)
      for (const { segment } of new Intl.Segmenter('en').segment(clean)) {
        expect(segment.length).toBeLessThanOrEqual(20)
      }
    }
  })

  test('never more graphemes than asked for, nor half a pair', () => {
    const pieces = [
      'a',
      ' ',
      '\u0301',
      '👩',
      '\u200d',
      '\ud83d',
      '\ude00',
      'é',
      '\u1100',
      '🇩',
      '語',
    ]
    let seed = 7
    const next = () => {
      seed = (seed * 48271) % 2147483647
      return pieces[seed % pieces.length] as string
    }
    for (let round = 0; round < 300; round++) {
      const clean = cleanText(Array.from({ length: 60 }, next).join(''), 10)
      expect(graphemes(clean)).toBeLessThanOrEqual(10)
      expect(clean.isWellFormed()).toBe(true)
      expect(clean).toBe(clean.trim())
    }
  })

  test('1 MB of anything takes milliseconds', () => {
    const megabytes = ['x', '\u202e', '\u0301', '👩\u200d', ' ', '\ud800', '\u202e ', '\u1100']
    for (const unit of megabytes) {
      const text = unit.repeat(Math.ceil(1e6 / unit.length))
      const start = performance.now()
      cleanText(text, 280)
      // Some 4 to 15 ms at most; a quadratic algorithm would take minutes.
      expect(performance.now() - start).toBeLessThan(500)
    }
  })
})

describe('names', () => {
  test('a domain in a name is no longer one, and looks the same', () => {
    const name = cleanName('Win at evil.com', 40)
    expect(name).toBe('Win at evil\u2060.\u2060com')
  })

  test('a scheme goes', () => {
    expect(cleanName('https://evil.com/x', 40)).toBe('evil\u2060.\u2060com/x')
  })

  test('joiners are not counted, so the name shows in full', () => {
    expect(cleanName('a.b.c', 5).replaceAll('\u2060', '')).toBe('a.b.c')
  })

  test('an ordinary name stays as it is', () => {
    for (const name of ['Mara', 'Dr. Ana Lima', 'Sammy Davis Jr.', '李小龙', 'O’Neill-Ünal']) {
      expect(cleanName(name, 40)).toBe(name)
    }
  })
})
