import type { Activity, Waiting } from '../../../core/activity.ts'
import { noFacts, type StatsRow } from '../../../core/audit/audit.ts'
import { counted } from '../../../core/counted.ts'
import {
  ENOUGH_ACCEPTED,
  ENOUGH_COMPLAINTS,
  type Reputation,
  reputationLimits,
} from '../../../core/send/reputation-limits.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import { addTo } from '../days.ts'
import { chart } from './chart.ts'
import { formatCount, formatShare } from './parts.ts'

const HOUR_MS = 3_600_000

/** The last 24 hours as pictures, each with its figures. */
export function activityCards(activity: Activity | null, now: number): Html {
  if (!activity) {
    return html`<section class="card empty small" aria-labelledby="hours"><h2 id="hours">Last 24 hours</h2><p>The emails are being counted. If this stays, the log says why.</p></section>`
  }
  const { stats, waiting, reputation } = activity
  const total = { ...noFacts }
  for (const row of stats.rows) addTo(total, row)
  const tried = total.accepted + total.failed + total.unknown + total.pending
  const due = tried + waiting.planned.users
  if (due === 0 && reputation.accepted === 0) {
    return html`<section class="card empty small" aria-labelledby="hours"><h2 id="hours">No emails in the last 24 hours</h2><p>Charts of what was due, accepted, delivered and bounced appear here once there are some.</p></section>`
  }
  const pictures = html`<section aria-labelledby="funnel"><h2 id="funnel">From due to delivered, 24 h</h2>
<dl class="bars">
${bar('Due', due, due)}
${bar('Accepted', total.accepted, due, { href: '/emails?outcome=accepted' })}
${bar('Delivered', total.delivered, due, { href: '/emails?progress=delivered' })}
${bar('Bounced', total.bounced, due, { href: '/emails?progress=bounced', tone: 'bad' })}
</dl></section>
${backlog(waiting, now)}
${limits(reputation)}`
  // Without hours to draw, the others take the whole width.
  if (tried === 0) return html`<div class="card pictures wide">${pictures}</div>`
  return html`<div class="split">
${chart({
  title: 'Last 24 hours',
  id: 'hours',
  unit: 'Hour, UTC',
  rows: hoursOf(stats.from, stats.to, stats.rows),
  series: ['accepted', 'failed', 'unknown', 'pending'],
})}
<div class="card pictures">${pictures}</div>
</div>`
}

/** Every hour from `from` to `to`, including hours without emails; oldest first. */
function hoursOf(from: Date, to: Date, rows: StatsRow[]) {
  const hours = new Map<number, typeof noFacts>()
  for (let at = from.getTime(); at < to.getTime(); at += HOUR_MS) hours.set(at, { ...noFacts })
  for (const row of rows) {
    const hour = hours.get(row.at.getTime())
    if (hour) addTo(hour, row)
  }
  return [...hours].map(([at, counts]) => {
    const time = new Date(at).toISOString()
    return { label: `${time.slice(0, 10)} ${time.slice(11, 16)}`, tick: time.slice(11, 16), counts }
  })
}

/** A count as a bar, and its share of the whole. */
function bar(
  term: string,
  count: number,
  whole: number,
  { href, tone }: { href?: string; tone?: 'bad' } = {},
): Html {
  const percent = whole === 0 ? 0 : (100 * count) / whole
  const text = formatCount(count)
  return html`<div><dt>${term}</dt><dd class="picture">${picture(percent, tone ?? 'good')}</dd><dd class="num">${href ? html`<a class="quiet" href="${href}">${text}</a>` : text}</dd><dd class="num soft">${formatShare(count, whole)}</dd></div>
`
}

/** A bar of so many percent; `limit` is drawn as a line. */
function picture(percent: number, tone: 'good' | 'bad' | 'warn' | 'live', limit?: number): Html {
  return html`<svg class="bar-picture" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="10"/><rect class="${tone}" width="${round(percent)}" height="10"/>${limit !== undefined && html`<rect class="limit" x="${round(limit)}" width="0.8" height="10"/>`}</svg>`
}

const round = (percent: number) => Math.round(10 * Math.min(100, percent)) / 10

function backlog({ planned, begun }: Waiting, now: number): Html {
  const whole = planned.users + begun.emails
  return html`<section aria-labelledby="backlog"><h2 id="backlog">Backlog</h2>
<dl class="bars">
${waitingBar('Waiting', planned.users, planned.batches, whole)}
${waitingBar('In flight', begun.emails, begun.batches, whole)}
</dl>
${planned.since && html`<p class="soft">The oldest batch was planned ${bothTimes(planned.since, now)}.</p>`}</section>`
}

function waitingBar(term: string, count: number, batches: number, whole: number): Html {
  const percent = whole === 0 ? 0 : (100 * count) / whole
  return html`<div><dt>${term}</dt><dd class="picture">${picture(percent, 'live')}</dd><dd class="num">${formatCount(count)}</dd><dd class="num soft">${counted(batches, 'batch', 'batches')}</dd></div>
`
}

function limits({ accepted, bounced, complained }: Reputation): Html {
  return html`<section aria-labelledby="limits"><h2 id="limits">Bounces and complaints, 24 h</h2>
<dl class="bars">
${gauge('Bounced', bounced, accepted, reputationLimits.bounced)}
${gauge('Complained', complained, accepted, reputationLimits.complained)}
</dl>
<p class="soft">Sending stops at the lines: over ${formatShare(reputationLimits.bounced, 1)} bounced of ${counted(ENOUGH_ACCEPTED, 'email')} or more, or over ${formatShare(reputationLimits.complained, 1)} and ${counted(ENOUGH_COMPLAINTS, 'complaint')} or more.</p></section>`
}

/** A share of the accepted emails on a scale that has its limit at two thirds. */
function gauge(term: string, count: number, accepted: number, limit: number): Html {
  const share = count === 0 ? 0 : count / Math.max(accepted, count)
  const scale = limit * 1.5
  const tone = share > limit ? 'bad' : share > limit / 2 ? 'warn' : 'good'
  return html`<div><dt>${term}</dt><dd class="picture">${picture((100 * share) / scale, tone, (100 * limit) / scale)}</dd><dd class="num">${formatCount(count)}</dd><dd class="num soft">${formatShare(count, Math.max(accepted, count))}</dd></div>
`
}
