/** A filled button's two colours, `#rrggbb`; the ink is legible on the fill (4.5:1 or more). */
export interface Accent {
  fill: string
  ink: string
}

/** The host's colour, or our own, which has one for each scheme. */
export function accentOf(color: string | undefined): { light: Accent; dark: Accent } {
  if (!color) {
    return {
      light: { fill: '#a63a1b', ink: '#ffffff' },
      dark: { fill: '#f2a27b', ink: '#2b1408' },
    }
  }
  // Where white is not legible, black is: their contrasts multiply to 21.
  const accent = { fill: color, ink: contrast(color, '#ffffff') >= 4.5 ? '#ffffff' : '#000000' }
  return { light: accent, dark: accent }
}

/** From 1 to 21, as WCAG 2.2 reckons it. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map(at => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
