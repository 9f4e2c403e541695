type Rgb = [red: number, green: number, blue: number]

/** Minimum contrast of text in WCAG 2.2 (1.4.3, level AA). */
export const readable = 4.5
/** Level AAA, for small bold text in colour on black. */
export const comfortable = 7
/** Minimum contrast of the edge of a control (1.4.11). */
export const discernible = 3

/** The contrast ratio of two colours (`#rrggbb`), 1 to 21, as WCAG 2.2 defines it. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** White if it is readable on the colour, otherwise black, which then always is. */
export function foregroundOn(color: string): '#ffffff' | '#000000' {
  return contrast('#ffffff', color) >= readable ? '#ffffff' : '#000000'
}

/**
 * Mixes a colour with `end` (black or white) just enough for a contrast of `ratio` with each of the
 * backgrounds.
 */
export function untilContrast(
  color: string,
  end: '#000000' | '#ffffff',
  backgrounds: string[],
  ratio: number,
): string {
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mix(color, end, share)
    if (backgrounds.every(back => contrast(mixed, back) >= ratio)) return mixed
  }
  return end
}

function mix(color: string, end: string, share: number): string {
  const to = channels(end)
  const mixed = channels(color).map((value, at) => value + ((to[at] ?? 0) - value) * share)
  return `#${mixed.map(value => Math.round(value).toString(16).padStart(2, '0')).join('')}`
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color).map(value => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function channels(color: string): Rgb {
  return [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16)) as Rgb
}
