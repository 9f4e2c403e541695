import type { CSSProperties } from 'react'

/** Only installed fonts: an email loads nothing from the network. */
export const sans =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
export const serif = "Georgia, 'Times New Roman', serif"

/** Breaks even a word of 5,000 letters. `wordBreak` is for clients that do not support `anywhere`. */
export const breakAnywhere: CSSProperties = { overflowWrap: 'anywhere', wordBreak: 'break-word' }
