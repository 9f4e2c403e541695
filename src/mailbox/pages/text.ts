import { addressIn } from '../../core/email-address.ts'
import { type Html, html } from '../../pages/html.ts'
import type { StoredEmail } from '../stored-email.ts'

/** Who an address is, for people: the name when it has one. */
export function displayName(address: string): string {
  const bare = addressIn(address) ?? address
  const name = address.slice(0, address.lastIndexOf('<')).trim().replace(/^"|"$/g, '')
  return address.includes('<') && name !== '' ? name : bare
}

/** The first line that says something; for an email without text, of what its HTML shows. */
export function firstLine(email: StoredEmail): string {
  const text = email.text ?? plain(email.html ?? '')
  const line = text.split(/\r?\n/).find(candidate => candidate.trim() !== '') ?? ''
  return line.trim().slice(0, 200)
}

/** Good enough for a line in a list; never used as markup. */
function plain(markup: string): string {
  return markup
    .slice(0, 20_000)
    .replace(/<(style|script|head|title)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(nbsp|zwnj|#\d+|#x[0-9a-f]+);/gi, ' ')
    .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => named[name] ?? ' ')
    .replace(/[^\S\n]+/g, ' ')
}

const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' }

/** Escaped text in which web addresses, and only those, are links. */
export function linked(text: string): Html {
  const parts = text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/g)
  return html`${parts.map((part, index) =>
    index % 2 === 1 ? html`<a href="${part}" rel="noreferrer noopener">${part}</a>` : html`${part}`,
  )}`
}
