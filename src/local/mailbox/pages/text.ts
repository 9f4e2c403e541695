import { addressIn } from '../../../core/email-address.ts'
import { type Html, html } from '../../../html/html.ts'
import type { StoredEmail } from '../stored-email.ts'

/** Who an address is, for people: the name when it has one. */
export function displayName(address: string): string {
  const bare = addressIn(address) ?? address
  const name = address.slice(0, address.lastIndexOf('<')).trim().replace(/^"|"$/g, '')
  return address.includes('<') && name !== '' ? name : bare
}

/** The first line that says something; for an email without text, of what its HTML shows. */
export function firstLine(email: StoredEmail): string {
  const text = email.text?.trimStart().slice(0, 2_000) ?? plain(email.html ?? '')
  const line = text.split(/\r?\n/).find(candidate => candidate.trim() !== '') ?? ''
  return line.trim().slice(0, 200)
}

/** Good enough for a line in a list; never used as markup. Takes time in proportion to the markup. */
function plain(markup: string): string {
  return withoutHidden(markup.slice(0, 20_000))
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(nbsp|zwnj|#\d{1,7}|#x[0-9a-f]{1,6});/gi, ' ')
    .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => named[name] ?? ' ')
    .replace(/[^\S\n]+/g, ' ')
}

/**
 * Drops elements whose text is not shown. A single expression with a back reference would search the
 * rest of the markup again for every opening tag without an end.
 */
function withoutHidden(markup: string): string {
  const opening = /<(style|script|head|title)\b/gi
  const endless = new Set<string>()
  let shown = ''
  let from = 0
  for (let found = opening.exec(markup); found; found = opening.exec(markup)) {
    const name = (found[1] ?? '').toLowerCase()
    if (endless.has(name)) continue
    const closing = new RegExp(`</${name}>`, 'gi')
    closing.lastIndex = opening.lastIndex
    if (!closing.test(markup)) {
      endless.add(name)
      continue
    }
    shown += `${markup.slice(from, found.index)} `
    from = closing.lastIndex
    opening.lastIndex = from
  }
  return shown + markup.slice(from)
}

const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' }

/** Escaped text in which web addresses, and only those, are links. */
export function linked(text: string): Html {
  const parts = text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/g)
  return html`${parts.map((part, index) =>
    index % 2 === 1 ? html`<a href="${part}" rel="noreferrer noopener">${part}</a>` : html`${part}`,
  )}`
}
