import { describe, expect, test } from 'vitest'
import { dark, light } from '../../src/emails/palette.ts'

/** Relative luminance as defined by WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

describe.each(Object.entries({ light, dark }))('%s', (_, palette) => {
  test('all text has a contrast of at least 4.5:1', () => {
    const pairs = [palette.page, palette.panel, palette.card].flatMap(back => [
      [palette.ink, back],
      [palette.soft, back],
    ])
    pairs.push([palette.buttonForeground, palette.button])
    for (const { ink, back } of Object.values(palette.tones)) pairs.push([ink, back])
    for (const [ink = '', back = ''] of pairs) {
      expect(contrast(ink, back), `${ink} on ${back}`).toBeGreaterThanOrEqual(4.5)
    }
  })
})
