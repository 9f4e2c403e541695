import type { Tone } from './notification-kinds.ts'

/** One scheme's colours, sRGB. Text on its background has a contrast of 4.5:1 or more. */
export interface Palette {
  page: string
  panel: string
  card: string
  line: string
  ink: string
  soft: string
  button: string
  buttonInk: string
  tones: Record<Tone, { back: string; ink: string }>
}

/** Paper and ink, with a warm accent. */
export const light: Palette = {
  page: '#f4eee4',
  panel: '#fffdf9',
  card: '#faf5ec',
  line: '#e9dfcf',
  ink: '#2a2320',
  soft: '#6b5f55',
  button: '#a63a1b',
  buttonInk: '#ffffff',
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
  button: '#f2a27b',
  buttonInk: '#2b1408',
  tones: {
    people: { back: '#4d2a1c', ink: '#f7b797' },
    events: { back: '#1d4038', ink: '#a3dccb' },
    notices: { back: '#37305a', ink: '#cdc3f2' },
  },
}
