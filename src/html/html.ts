/** Safe markup, created only by the `html` template tag. */
export class Html {
  readonly #markup: string

  constructor(markup: string) {
    this.#markup = markup
  }

  toString(): string {
    return this.#markup
  }
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
}

/** Escapes text for element content and quoted attributes, exactly as React does. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => entities[character] ?? '')
}

function markupOf(value: unknown): string {
  if (value instanceof Html) return value.toString()
  if (Array.isArray(value)) return value.map(markupOf).join('')
  if (value === null || value === undefined || value === false) return ''
  return escapeHtml(String(value))
}

/**
 * Template tag that escapes values for element content and quoted attributes. Nested templates stay
 * unchanged, arrays are joined, and null, undefined and false are omitted. Attribute values must be quoted;
 * the scheme of a URL is not checked.
 */
export function html(literals: TemplateStringsArray, ...values: unknown[]): Html {
  return new Html(
    literals.reduce((markup, literal, index) => markup + markupOf(values[index - 1]) + literal),
  )
}
