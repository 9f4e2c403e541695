/** Markup that is already safe. Only the template tag below makes it. */
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

/** Escapes text for element content and quoted attributes, to the byte as React does. */
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
 * A template tag: what is interpolated is escaped for element content and for quoted attributes.
 * Nested templates are kept as they are, arrays are joined, and null, undefined and false vanish.
 * Attribute values must be quoted. A URL is escaped, not vetted: check its scheme first.
 */
export function html(literals: TemplateStringsArray, ...values: unknown[]): Html {
  return new Html(
    literals.reduce((markup, literal, index) => markup + markupOf(values[index - 1]) + literal),
  )
}
