import type { ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { Markup, Passage } from '../core/render/markup.ts'
import { escapeHtml } from '../pages/html.ts'

/** Stands for a text until the texts are filled in; markup of ours holds no such letters. */
const mark = (name: number | string) => `\ue000${name}\ue001`
const anyMark = /\ue000(\w+)\ue001/
const inner = 'inner'

type SetOn<T> = (texts: T, inner: string) => ReactElement

/**
 * Writes out elements that differ in nothing but their texts. React sets each form once, with a mark
 * for each text, which the texts then take the place of, escaped as React escapes them: the bytes are
 * those of `renderToStaticMarkup`, at a tenth of the time.
 *
 * `form` is what decides about the element besides the texts; where a text is empty or null, the form
 * is another one as well. `markup` comes where `setOn` puts its second argument. URLs are escaped, not
 * vetted.
 */
export function createStencils() {
  const known = new Map<string, (Passage | Place)[]>()
  return <T extends object>(
    form: string,
    given: T,
    setOn: SetOn<T>,
    markup: Markup[] = [],
  ): Markup => {
    const texts: string[] = []
    const marked = JSON.stringify(given, (_, value) =>
      typeof value === 'string' && value !== '' ? mark(texts.push(value) - 1) : value,
    )
    const key = form + marked
    let stencil = known.get(key)
    if (!stencil) {
      stencil = cut(renderToStaticMarkup(setOn(JSON.parse(marked), mark(inner))))
      known.set(key, stencil)
    }
    return new Markup(
      stencil.flatMap(piece => {
        if (piece instanceof Passage) return piece
        if (piece.of === inner) return markup.flatMap(({ pieces }) => pieces)
        return escapeHtml(texts[Number(piece.of)] ?? '')
      }),
    )
  }
}

/** Where a text is to stand: the one of this number, or the markup that is set in. */
interface Place {
  of: string
}

function cut(marked: string): (Passage | Place)[] {
  // Every other piece is a mark's name.
  return marked
    .split(anyMark)
    .map((piece, index) => (index % 2 === 0 ? new Passage(piece) : { of: piece }))
}
