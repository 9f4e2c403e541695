import { foregroundOn } from '../../../html/contrast.ts'

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
  const accent = { fill: color, ink: foregroundOn(color) }
  return { light: accent, dark: accent }
}
