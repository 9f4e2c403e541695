import {
  comfortable,
  contrast,
  discernible,
  foregroundOn,
  readable,
  untilContrast,
} from '../html/contrast.ts'
import type { Tone } from './notification-kinds.ts'

/** The colours of one scheme. Text has a contrast of at least 4.5:1. */
export interface Palette {
  page: string
  panel: string
  card: string
  line: string
  ink: string
  soft: string
  /** Colour of a title, which is a link. */
  link: string
  button: string
  buttonForeground: string
  /** The button's border, which keeps a pale button visible. */
  buttonLine: string
  tones: Record<Tone, { back: string; ink: string }>
}

export const light: Palette = {
  page: '#f4eee4',
  panel: '#fffdf9',
  card: '#faf5ec',
  line: '#e9dfcf',
  ink: '#2a2320',
  soft: '#6b5f55',
  link: '#98330f',
  button: '#a63a1b',
  buttonForeground: '#ffffff',
  buttonLine: '#a63a1b',
  tones: {
    people: { back: '#fbe0d2', ink: '#8f2f13' },
    events: { back: '#d9ebe6', ink: '#1c5a4c' },
    notices: { back: '#e6e2f2', ink: '#483a80' },
  },
}

export const dark: Palette = {
  page: '#161311',
  panel: '#211d1a',
  card: '#2c2723',
  line: '#3d362f',
  ink: '#f4ece2',
  soft: '#bdb1a4',
  link: '#f5b08e',
  button: '#f2a27b',
  buttonForeground: '#2b1408',
  buttonLine: '#f2a27b',
  tones: {
    people: { back: '#4d2a1c', ink: '#f7b797' },
    events: { back: '#1d4038', ink: '#a3dccb' },
    notices: { back: '#37305a', ink: '#cdc3f2' },
  },
}

/** Both schemes in the host's brand colour (`#rrggbb`), which is lightened in the dark scheme. */
export function palettesOf(color: string | undefined): { light: Palette; dark: Palette } {
  if (!color) return { light, dark }
  // Black becomes white in the dark scheme; a grey button would look disabled.
  const base = isNearlyBlack(color) ? dark.ink : color
  const darkButton = untilContrast(base, '#ffffff', [dark.panel], discernible)
  return {
    light: {
      ...light,
      link: untilContrast(color, '#000000', [light.card, light.panel], readable),
      button: color,
      buttonForeground: foregroundOn(color),
      buttonLine: untilContrast(color, '#000000', [light.panel], discernible),
    },
    dark: {
      ...dark,
      link: untilContrast(base, '#ffffff', [dark.card, dark.panel], comfortable),
      button: darkButton,
      buttonForeground: foregroundOn(darkButton),
      buttonLine: darkButton,
    },
  }
}

function isNearlyBlack(color: string): boolean {
  return contrast(color, '#000000') < discernible / 2
}
