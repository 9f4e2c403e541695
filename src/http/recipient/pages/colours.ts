import { foregroundOn } from '../../../html/contrast.ts'

/** The colours of a filled button, `#rrggbb`, with a contrast of at least 4.5:1. */
export interface Accent {
  fill: string
  foreground: string
}

/** The host's colour in both schemes, or the default for each. */
export function accentOf(color: string | undefined): { light: Accent; dark: Accent } {
  if (!color) {
    return {
      light: { fill: '#a63a1b', foreground: '#ffffff' },
      dark: { fill: '#f2a27b', foreground: '#2b1408' },
    }
  }
  const accent = { fill: color, foreground: foregroundOn(color) }
  return { light: accent, dark: accent }
}
