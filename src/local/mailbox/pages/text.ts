import { addressIn } from '../../../core/email-address.ts'
import { type Html, html } from '../../../html/html.ts'
import type { StoredEmail } from '../stored-email.ts'

/** The display name of an address, or the bare address. */
export function displayName(address: string): string {
  const bare = addressIn(address) ?? address
  const name = address.slice(0, address.lastIndexOf('<')).trim().replace(/^"|"$/g, '')
  return address.includes('<') && name !== '' ? name : bare
}

/** The first non-blank line of the text, or of the visible HTML if there is no text. */
export function firstLine(email: StoredEmail): string {
  const text = email.text?.trimStart().slice(0, 2_000) ?? plain(email.html ?? '')
  const line = text.split(/\r?\n/).find(candidate => candidate.trim() !== '') ?? ''
  return line.trim().slice(0, 200)
}

/** Roughly converts HTML to text for a preview; never used as markup. Runs in linear time. */
export function plain(markup: string): string {
  return withoutHidden(markup.slice(0, 20_000))
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(nbsp|zwnj|#\d{1,7}|#x[0-9a-f]{1,6});/gi, ' ')
    .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => named[name] ?? ' ')
    .replace(/[^\S\n]+/g, ' ')
}

/**
 * Removes elements whose text is not visible. A regular expression with a back reference would take
 * quadratic time on unclosed tags.
 */
function withoutHidden(markup: string): string {
  const opening = /<(style|script|head|title)\b/gi
  const unclosed = new Set<string>()
  let shown = ''
  let from = 0
  for (let found = opening.exec(markup); found; found = opening.exec(markup)) {
    const name = (found[1] ?? '').toLowerCase()
    if (unclosed.has(name)) continue
    const closing = new RegExp(`</${name}>`, 'gi')
    closing.lastIndex = opening.lastIndex
    if (!closing.test(markup)) {
      unclosed.add(name)
      continue
    }
    shown += `${markup.slice(from, found.index)} `
    from = closing.lastIndex
    opening.lastIndex = from
  }
  return shown + markup.slice(from)
}

const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

/** Resolves the character references that markup needs; others stay as they are. */
export function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:(lt|gt|quot|apos|amp)|#(\d{1,6})|#x([0-9a-f]{1,5}));/gi,
    (_, ...refs) => {
      const [name, decimal, hex] = refs as (string | undefined)[]
      if (name) return named[name.toLowerCase()] ?? ''
      return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16))
    },
  )
}

/** Escapes a text and turns its URLs into links. */
export function linked(text: string): Html {
  const parts = text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/g)
  return html`${parts.map((part, index) =>
    index % 2 === 1
      ? html`<a href="${part}" target="_blank" rel="noreferrer noopener">${part}</a>`
      : html`${part}`,
  )}`
}
