import { type EmailType, emailTypes } from '../../../core/email-type.ts'
import { type Html, html } from '../../../html/html.ts'

/** Formats a count with thousands separators. */
export function formatCount(count: number): string {
  return count.toLocaleString('en')
}

export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (100 * part) / whole
  return `${percent.toLocaleString('en', { maximumFractionDigits: percent < 10 ? 2 : 1 })} %`
}

export type Tone = 'good' | 'bad' | 'warn' | 'idle' | 'live'

/** A status as a word in a colour. */
export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}">${text}</span>`
}

export const typeNames: Record<EmailType, string> = {
  new_notifications: 'New notifications',
  outstanding_reminder: 'Reminder',
}

/** The name of an attempt's type, which another program of the host may have written. */
export function nameOfType(type: string): string {
  return emailTypes.includes(type as EmailType) ? typeNames[type as EmailType] : type
}

/** A table cell with a count. */
export function cell(label: string, count: number, tone?: Tone): Html {
  return html`<td class="num${count > 0 && tone ? ` ${tone}` : ''}${count === 0 ? ' none' : ''}" data-label="${label}">${formatCount(count)}</td>`
}

/** An id that one click selects; it may break across lines. */
export function identifier(id: string): Html {
  return html`<code class="id">${id}</code>`
}

/**
 * A table whose rows become cards on narrow screens; `compact` ones leave out cells with the class
 * `extra` instead.
 */
export function table(
  caption: string,
  head: Html,
  rows: Html[],
  narrow: 'folds' | 'compact' = 'folds',
): Html {
  return html`<div class="table ${narrow}"><table><caption class="visually-hidden">${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${rows}</tbody></table></div>`
}

/** A reason as a sentence; the provider's may or may not end with a full stop. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
