import type { EmailType } from '../../../core/email-type.ts'
import { type Html, html } from '../../../html/html.ts'

/** Large figures in groups, as English has them. */
export function figure(count: number): string {
  return count.toLocaleString('en')
}

export function share(part: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (100 * part) / whole
  return `${percent.toLocaleString('en', { maximumFractionDigits: percent < 10 ? 2 : 1 })} %`
}

export type Tone = 'good' | 'bad' | 'warn' | 'idle' | 'live'

/** A state in a word and, beside it, in a colour. */
export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}">${text}</span>`
}

export const typeNames: Record<EmailType, string> = {
  new_notifications: 'New notifications',
  outstanding_reminder: 'Reminder',
}

/** A column of figures. */
export function cell(label: string, count: number, tone?: Tone): Html {
  return html`<td class="num${count > 0 && tone ? ` ${tone}` : ''}${count === 0 ? ' none' : ''}" data-label="${label}">${figure(count)}</td>`
}

/** A long id, to select in one go; it breaks where there is no room. */
export function identifier(id: string): Html {
  return html`<code class="id">${id}</code>`
}

/** A table; where there is no room for it, each row becomes a card. */
export function table(caption: string, head: Html, rows: Html[]): Html {
  return html`<div class="sheet folds"><table><caption class="unseen">${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${rows}</tbody></table></div>`
}
