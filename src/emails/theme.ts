import type { CSSProperties } from 'react'
import { palettesOf } from './palette.ts'
import { styleSheetOf } from './style-sheet.ts'
import { breakAnywhere, sans } from './type-faces.ts'

/** The styles that depend on the host's brand colour. */
export interface Theme {
  styleSheet: string
  button: CSSProperties
  titleLink: CSSProperties
}

/** Caches the latest theme, because a process has one host. */
export function createThemes(): (color: string | undefined) => Theme {
  let latest = { color: undefined as string | undefined, theme: createTheme(undefined) }
  return color => {
    if (latest.color !== color) latest = { color, theme: createTheme(color) }
    return latest.theme
  }
}

function createTheme(color: string | undefined): Theme {
  const { light, dark } = palettesOf(color)
  return {
    styleSheet: styleSheetOf(light, dark),
    button: {
      ...breakAnywhere,
      backgroundColor: light.button,
      border: `1px solid ${light.buttonLine}`,
      borderRadius: 10,
      color: light.buttonForeground,
      fontFamily: sans,
      fontSize: 16,
      fontWeight: 600,
      marginTop: 12,
      padding: '13px 28px',
      textAlign: 'center',
    },
    titleLink: { color: light.link, textDecoration: 'none' },
  }
}
