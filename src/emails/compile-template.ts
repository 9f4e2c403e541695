import type { ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { HtmlChunks, StaticChunk } from '../core/render/html-chunks.ts'
import { escapeHtml } from '../html/html.ts'

/** Marks the place of a text. Our templates contain no private-use characters. */
const placeholder = (name: number | string) => `\ue000${name}\ue001`
const anyPlaceholder = /\ue000(\w+)\ue001/
const CHILDREN = 'children'

/**
 * Compiles a React component to HTML with slots for texts. React renders once per template instead of once
 * per email, which takes a tenth of the time and yields the same bytes. URLs are escaped but not checked.
 *
 * ```tsx
 * const greeting = compileTemplate<{ name: string }, { bold: boolean }>(
 *   ({ name }, { bold }) => <p>Hello {bold ? <b>{name}</b> : name}!</p>,
 * )
 * greeting({ name: 'Ann & Bo' }, { bold: true })
 * // chunks: StaticChunk('<p>Hello <b>'), 'Ann &amp; Bo', StaticChunk('</b>!</p>')
 * greeting({ name: 'Cem' }, { bold: true })
 * // the same two StaticChunks around 'Cem'; React is not called again
 * ```
 *
 * @param component may branch on empty strings, nulls, numbers and booleans in its texts, but may only
 *   insert other strings; places its third argument where the children belong
 * @param keyOf identifies a variant; the component is compiled once for each key
 */
export function compileTemplate<Texts extends object, Variant>(
  component: (texts: Texts, variant: Variant, children: string) => ReactElement,
  keyOf: (variant: Variant) => string = JSON.stringify,
) {
  const compiled = new Map<string, (StaticChunk | Slot)[]>()

  return (texts: Texts, variant: Variant, children: HtmlChunks[] = []): HtmlChunks => {
    const values: string[] = []
    const withPlaceholders = JSON.stringify(texts, (_, value) =>
      typeof value === 'string' && value !== '' ? placeholder(values.push(value) - 1) : value,
    )
    const key = keyOf(variant) + withPlaceholders
    let parts = compiled.get(key)
    if (!parts) {
      const element = component(JSON.parse(withPlaceholders), variant, placeholder(CHILDREN))
      parts = splitAtSlots(renderToStaticMarkup(element))
      compiled.set(key, parts)
    }
    return new HtmlChunks(
      parts.flatMap(part => {
        if (part instanceof StaticChunk) return part
        if (part.name === CHILDREN) return children.flatMap(({ chunks }) => chunks)
        return escapeHtml(values[Number(part.name)] ?? '')
      }),
    )
  }
}

interface Slot {
  /** Index of a text, or `children`. */
  name: string
}

function splitAtSlots(html: string): (StaticChunk | Slot)[] {
  // The pattern has a capturing group, so every second part is a placeholder's name.
  return html
    .split(anyPlaceholder)
    .map((part, index) => (index % 2 === 0 ? new StaticChunk(part) : { name: part }))
}
