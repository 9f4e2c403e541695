import type { Activity } from '../../../core/activity.ts'
import { counted } from '../../../core/counted.ts'
import type { ProviderAccount } from '../../../core/provider-account.ts'
import type { Run } from '../../../core/runs/run.ts'
import { utcMinute } from '../../../core/utc-minute.ts'
import type { WorkFault } from '../../../core/work-health.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes, relativeTime } from '../../../html/times.ts'
import { activityCards } from './activity.ts'
import type { Frame } from './frame.ts'
import { formatCount } from './parts.ts'
import { runsTable } from './run-parts.ts'
import { sendingCard } from './sending-state.ts'

/** What the page keeps up to date. */
export interface NowState {
  account: ProviderAccount
  runs: Run[]
  dryRun: Run | null
  /** Why no emails go out although sending is open. */
  faults: WorkFault[]
  /** Null while it is read for the first time, or if that fails. */
  activity: Activity | null
}

export interface NowView extends NowState {
  /** The time of the next scheduled run; null if `SCHEDULE` is off. */
  next: Date | null
  cron: string | null
  timeZone: string
  /** `RATE_LIMIT`; absent: learnt from the provider. */
  rateLimit: number | undefined
  /** The share of a learnt rate that is left to other applications. */
  rateHeadroom: number
  /** `SHADOW=true`: runs are planned and nothing is sent. */
  shadow: boolean
  /** Hides the forms. */
  readOnly: boolean
  now: number
}

/** Until the provider reports its limit. Source: https://resend.com/docs/api-reference/rate-limit */
const DEFAULT_RATE = 2

export function nowPage(frame: Frame, view: NowView, notice?: string): Html {
  return frame.around({
    title: 'Now',
    section: 'now',
    notice,
    hasState: true,
    content: html`<h1 class="visually-hidden">Now</h1>
<div data-live="/live">
<div data-part="sending">${state(view)}</div>
<div data-part="summary">${summary(view)}</div>
<div data-part="activity">${activityCards(view.activity, view.now)}</div>
</div>
<section aria-labelledby="runs">
<div class="heading"><h2 id="runs">Runs</h2>${!view.readOnly && startForm(view)}</div>
<div data-part="runs">${runs(view)}</div>
</section>`,
  })
}

/** The live parts of the page. */
export function nowParts(view: NowView): Html {
  return html`<div data-part="sending">${state(view)}</div>
<div data-part="summary">${summary(view)}</div>
<div data-part="activity">${activityCards(view.activity, view.now)}</div>
<div data-part="runs">${runs(view)}</div>`
}

function state({ account, faults, shadow, readOnly, now }: NowView): Html {
  const { pause, stoppedAt } = account
  return sendingCard({ shadow, pause, stoppedAt, faults }, now, readOnly)
}

function summary(view: NowView): Html {
  const { account, now } = view
  return html`<dl class="tiles">
<div><dt>Next run</dt>${nextRun(view)}</div>
<div><dt>Due now</dt>${dueNow(view)}</div>
<div><dt>Rate</dt>${rate(view)}</div>
<div><dt>In flight</dt>
<dd class="big">${formatCount(account.open)}</dd>
<dd class="soft">${account.unknown > 0 ? html`<span class="warn">${formatCount(account.unknown)} unknown; retried under the same key</span>` : account.open === 0 ? 'nothing in flight' : 'waiting for their first answer'}</dd></div>
</dl>`

  function nextRun({ next, cron, timeZone }: NowView): Html {
    if (!next) {
      return html`<dd class="big">Never</dd><dd class="soft"><code>SCHEDULE</code> is off: start runs by hand</dd>`
    }
    return html`<dd class="big"><time datetime="${next.toISOString()}"><span class="ago">${relativeTime(next.getTime(), now)}</span></time></dd>
<dd class="soft">${formatInZone(next, timeZone)} · <code>${cron}</code></dd>`
  }
}

function dueNow({ dryRun, runs, now, readOnly }: NowView): Html {
  const recalculate =
    !readOnly &&
    html`<dd><form method="post" action="/runs"><input type="hidden" name="type" value="all"><input type="hidden" name="dryRun" value="yes"><button id="recalculate" class="small">Recalculate</button></form></dd>`
  if (!dryRun) {
    return html`<dd class="big">?</dd><dd class="soft">no dry run yet</dd>${recalculate}`
  }
  const { new_notifications: newNotifications, outstanding_reminder: reminder } =
    dryRun.counts.byType
  return html`<dd class="big">${counted(dryRun.counts.due, 'user')}</dd>
<dd class="soft">${formatCount(newNotifications.due)} new, ${counted(reminder.due, 'reminder')} ·
<a href="/runs/${dryRun.id}">as of</a> ${bothTimes(dryRun.finishedAt ?? dryRun.createdAt, now)}${isOutdated(dryRun, runs) && html`, <span class="warn">before the latest run</span>`}</dd>${recalculate}`
}

function rate({ account, rateLimit, rateHeadroom }: NowView): Html {
  const { learntRate } = account
  const perSecond = rateLimit ?? (learntRate ? learntRate * (1 - rateHeadroom) : DEFAULT_RATE)
  const origin = rateLimit
    ? html`set by <code>RATE_LIMIT</code>`
    : learntRate
      ? `of the ${formatCount(learntRate)} that the provider allows; the rest is left to the application`
      : 'until the provider reports its limit'
  const { requests, emails } = account.lastMinute
  const limit = Math.round(perSecond * 60)
  return html`<dd class="big">${formatCount(perSecond)}<small> requests/s</small></dd>
<dd class="soft">${origin}</dd>
<dd class="soft"><meter min="0" max="${limit}" value="${Math.min(requests, limit)}" aria-label="Used in the last minute"></meter>
${formatCount(requests)} of ${formatCount(limit)} in the last minute${emails > 0 && `, ${counted(emails, 'email')}`}</dd>`
}

function startForm(view: NowView): Html {
  const { shadow } = view
  return html`<form class="start" method="post" action="/runs">
<label for="type" class="visually-hidden">Email type</label>
<select id="type" name="type">
<option value="all">Both types</option>
<option value="new_notifications">New notifications</option>
<option value="outstanding_reminder">Reminders</option>
</select>
<button name="dryRun" value="yes">Dry run</button>
<button class="main" name="dryRun" value="no"${!shadow && html` data-confirm="${confirmation(view)}"`}>${shadow ? 'Start a shadow run' : 'Start a run'}</button>
</form>`
}

/** The question before a real run, with as much as is known about its size. */
function confirmation({ account, dryRun, runs }: NowView): string {
  const question = 'Email all users who are due?'
  const wait = account.pause?.stopped ? ' Sending is stopped: the run waits until it resumes.' : ''
  if (!dryRun) return `${question} Nobody has counted them yet: a dry run does.${wait}`
  const { due, byType } = dryRun.counts
  const counts = `${counted(due, 'user')} (${formatCount(byType.new_notifications.due)} new, ${counted(byType.outstanding_reminder.due, 'reminder')})`
  const at = utcMinute(dryRun.finishedAt ?? dryRun.createdAt)
  const order = isOutdated(dryRun, runs) ? ', before the latest run' : ''
  return `${question} The last dry run counted ${counts}, at ${at} UTC${order}.${wait}`
}

function isOutdated(dryRun: Run, runs: Run[]): boolean {
  return runs.some(run => !run.dryRun && run.createdAt > dryRun.createdAt)
}

function runs({ runs, now }: NowView): Html {
  if (runs.length === 0) {
    return html`<div class="empty card"><h3>No runs yet</h3>
<p>A dry run shows how many users are due, and why the others are not. It sends nothing.</p></div>`
  }
  return html`${runsTable(runs, now)}<p class="after"><a href="/runs">All runs</a></p>`
}

function formatInZone(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  }).format(at)
}
