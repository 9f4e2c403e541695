import type { CSSProperties } from 'react'

/** Faces that are there already: an email loads nothing from anywhere. */
export const sans =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
export const serif = "Georgia, 'Times New Roman', serif"

/** A word of 5,000 letters stays inside; `wordBreak` is for clients without `anywhere`. */
export const breakAnywhere: CSSProperties = { overflowWrap: 'anywhere', wordBreak: 'break-word' }
