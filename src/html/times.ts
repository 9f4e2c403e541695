import { type Html, html } from './html.ts'

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' })
const full = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
})

/** @param at ms since the epoch; shown in UTC, because a page without scripts knows no other zone */
export function fullTime(at: number): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${full.format(at)} UTC</time>`
}

/** `just now`, `3 min ago`, the time of day, or for earlier days the date. */
export function shortTime(at: number, now: number): Html {
  const minutes = Math.floor((now - at) / 60_000)
  const sameDay =
    new Date(at).toISOString().slice(0, 10) === new Date(now).toISOString().slice(0, 10)
  const short =
    minutes < 1
      ? 'just now'
      : minutes < 60
        ? `${minutes} min ago`
        : sameDay
          ? clock.format(at)
          : day.format(at)
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}" title="${full.format(at)} UTC">${short}</time>`
}

/** A time in two forms: relative to now, and exact. */
export function bothTimes(at: Date | null, now: number): Html {
  if (!at) return html`invalid time`
  const iso = at.toISOString()
  const sameDay = iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10)
  const exact = sameDay ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`
  return html`<time datetime="${iso}" title="${full.format(at)} UTC"><span class="ago">${relativeTime(at.getTime(), now)}</span><span class="exact">, ${exact}<span class="zone"> UTC</span></span></time>`
}

/** `3 min ago`, `in 2 h`. */
export function relativeTime(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000)
  const span = spanOf(Math.abs(seconds))
  if (span === null) return seconds < 0 ? 'any moment' : 'just now'
  return seconds < 0 ? `in ${span}` : `${span} ago`
}

function spanOf(seconds: number): string | null {
  if (seconds < 45) return null
  if (seconds < 3_600) return `${Math.max(1, Math.round(seconds / 60))} min`
  if (seconds < 36 * 3_600) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

/** A duration in at most two units: `840 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  const pair = (value: number, unit: string, rest: number, restUnit: string) =>
    `${value} ${unit}${rest > 0 ? ` ${rest} ${restUnit}` : ''}`
  if (seconds < 3_600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1_440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}
