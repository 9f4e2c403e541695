import { styleText } from 'node:util'
import { withoutControls } from '../core/render/clean-text.ts'

export type Style = 'bold' | 'grey' | 'green' | 'red' | 'yellow'

/**
 * One line for a terminal, maybe with colours of ours; nothing else in it steers a terminal. As `Html` is
 * to a page: made by `line` and `paint`, which clean every string that they are given.
 */
export class Painted {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Strings that are set in are cleaned, whoever wrote them; painted ones go in as they are. */
export function line(parts: TemplateStringsArray, ...set: (string | number | Painted)[]): Painted {
  const texts = set.map(one => cleanLine(one instanceof Painted ? one : String(one)))
  return new Painted(parts.map((part, at) => part + (texts[at] ?? '')).join(''))
}

/** Colours a text, or leaves it as it is where no colours are wanted. */
export type Paint = (style: Style, text: string) => Painted

export function createPaint(isColoured: boolean): Paint {
  return (style, text) => {
    const clean = withoutControls(text)
    return new Painted(isColoured ? styleText(style, clean, { validateStream: false }) : clean)
  }
}

/** What may be written to a terminal as it is. */
export function cleanLine(one: string | Painted): string {
  return one instanceof Painted ? one.text : withoutControls(one)
}
