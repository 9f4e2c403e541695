import { describe, expect, test } from 'vitest'
import { cleanName, cleanText } from '../../../src/core/render/clean-text.ts'

const graphemes = (text: string) => [...new Intl.Segmenter('en').segment(text)].length

describe('removed characters', () => {
  test('line breaks and tabs become one space, and the ends are trimmed', () => {
    expect(cleanText('  a\r\n\r\nb\t\tc\u2028d\u2029e\u0085f\u00a0g  ', 99)).toBe('a b c d e f g')
  })

  test('C0 and C1 controls are removed', () => {
    expect(cleanText('a\0b\x08c\x1b[31md\x7fe\x9ff', 99)).toBe('abc[31mdef')
  })

  test('all 12 bidi controls are removed', () => {
    const bidi = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'
    expect(bidi).toHaveLength(12)
    expect(cleanText(`a${bidi}b`, 99)).toBe('ab')
  })

  test('tag characters are removed', () => {
    expect(cleanText('a\u{e0001}\u{e0041}\u{e007f}b', 99)).toBe('ab')
  })

  test('unpaired surrogates are removed and pairs stay', () => {
    expect(cleanText('a\ud83db\ude00c😀', 99)).toBe('abc😀')
  })

  test('removing a control between two surrogates does not create a pair', () => {
    expect(cleanText('a\ud83d\u202e\ude00b', 99)).toBe('ab')
  })

  test('a surrogate pair at the boundary of two slices stays', () => {
    for (const before of [4094, 4095, 4096]) {
      expect(cleanText(`${'\u202e'.repeat(before)}😀!`, 99)).toBe('😀!')
    }
  })

  test('a control between two spaces leaves one space', () => {
    expect(cleanText('a \u200e b', 99)).toBe('a b')
  })

  test('invisible text becomes empty', () => {
    const fillers = [
      '\u2800',
      '\u3164',
      '\u115f\u1160',
      '\uffa0',
      '\u{1d159}',
      '\u{13441}\u{13442}',
    ]
    for (const text of ['', ' \n', '\u200b\u200d', '\u3164\u115f', '\ufeff', ...fillers]) {
      expect(cleanText(text, 99)).toBe('')
      expect(cleanText(text.repeat(200), 99)).toBe('')
    }
  })

  test('characters without ink become one space, so that they do not push text away', () => {
    expect(cleanText('\u2800\u2800a\u2800 \u3164\uffa0b\u2800', 99)).toBe('a b')
  })
})

describe('kept characters', () => {
  test('ZWJ families and ZWNJ in Persian', () => {
    expect(cleanText('👩‍👩‍👧‍👦 می‌خواهم', 99)).toBe('👩‍👩‍👧‍👦 می‌خواهم')
  })

  test('accents of natural languages', () => {
    const words = 'Tie\u0302\u0301ng Vie\u0323\u0302t, हिन्दी, ภาษาไทย, שָׁלוֹם'
    expect(cleanText(words, 99)).toBe(words)
  })

  test('markup, which the HTML output escapes', () => {
    expect(cleanText('<b>&amp;</b>', 99)).toBe('<b>&amp;</b>')
  })
})

describe('truncation', () => {
  test('text of exactly the maximum length stays unchanged', () => {
    expect(cleanText('abcde', 5)).toBe('abcde')
    expect(cleanText('👍🏽'.repeat(5), 5)).toBe('👍🏽'.repeat(5))
  })

  test('longer text ends with an ellipsis, which counts', () => {
    expect(cleanText('abcdef', 5)).toBe('abcd…')
    expect(cleanText('abc def', 5)).toBe('abc…')
    expect(cleanText('日本語日本語', 5)).toBe('日本語日…')
  })

  test('an emoji sequence is never split', () => {
    expect(cleanText('👩‍👩‍👧‍👦'.repeat(3), 2)).toMatch(/^(👩‍👩‍👧‍👦)?…$/u)
  })

  test('excess accents on one letter are removed', () => {
    expect(cleanText(`Z${'\u0301'.repeat(9000)}algo`, 99)).toMatch(/^Z\u0301{3}/)
    expect(cleanText(`Z${'\u0301'.repeat(90)}algo`, 99)).toBe('Z\u0301\u0301\u0301algo')
  })

  test('no grapheme is longer than 20 units, whatever it consists of', () => {
    for (const unit of ['👩\u200d', '\u1100', 'क्', '\u0e49', '\u{1f1e6}']) {
      const clean = cleanText(unit.repeat(3000), 280)
      expect(clean.length).toBeLessThanOrEqual(4 * 280 + 1)
      for (const { segment } of new Intl.Segmenter('en').segment(clean)) {
        expect(segment.length).toBeLessThanOrEqual(20)
      }
    }
  })

  test('a text never has more graphemes than allowed or an unpaired surrogate', () => {
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

  test('cleaning 1 MB of any text takes milliseconds', () => {
    const megabytes = ['x', '\u202e', '\u0301', '👩\u200d', ' ', '\ud800', '\u202e ', '\u1100']
    for (const unit of megabytes) {
      const text = unit.repeat(Math.ceil(1e6 / unit.length))
      const start = performance.now()
      cleanText(text, 280)
      // About 4 to 15 ms; a quadratic algorithm would take minutes.
      expect(performance.now() - start).toBeLessThan(500)
    }
  })
})

describe('names', () => {
  test('a domain in a name looks the same but is no longer a domain', () => {
    const name = cleanName('Win at evil.com', 40)
    expect(name).toBe('Win at evil\u2060.\u2060com')
  })

  test('a scheme is removed', () => {
    expect(cleanName('https://evil.com/x', 40)).toBe('evil\u2060.\u2060com/x')
  })

  test('word joiners do not count towards the length', () => {
    expect(cleanName('a.b.c', 5).replaceAll('\u2060', '')).toBe('a.b.c')
  })

  test('an ordinary name stays unchanged', () => {
    for (const name of ['Mara', 'Dr. Ana Lima', 'Sammy Davis Jr.', '李小龙', 'O’Neill-Ünal']) {
      expect(cleanName(name, 40)).toBe(name)
    }
  })
})
