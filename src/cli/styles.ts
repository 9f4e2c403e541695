import { styleText } from 'node:util'
import { withoutControls } from '../core/render/clean-text.ts'

export type Style = 'bold' | 'grey' | 'green' | 'red' | 'yellow'

/**
 * One line for a terminal, with our colours as its only terminal escapes. It is to a terminal what `Html`
 * is to a page: `line` and `paint` create it and clean every string.
 */
export class Painted {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Interpolates values: cleans strings, and inserts painted lines unchanged. */
export function line(
  parts: TemplateStringsArray,
  ...values: (string | number | Painted)[]
): Painted {
  const texts = values.map(one => cleanLine(one instanceof Painted ? one : String(one)))
  return new Painted(parts.map((part, at) => part + (texts[at] ?? '')).join(''))
}

/** Colours a text if colours are on. */
export type Paint = (style: Style, text: string) => Painted

export function createPaint(isColoured: boolean): Paint {
  return (style, text) => {
    const clean = withoutControls(text)
    return new Painted(isColoured ? styleText(style, clean, { validateStream: false }) : clean)
  }
}

/** Returns text that is safe to write to a terminal. */
export function cleanLine(one: string | Painted): string {
  return one instanceof Painted ? one.text : withoutControls(one)
}
