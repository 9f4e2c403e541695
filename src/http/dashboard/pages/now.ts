import { counted } from '../../../core/counted.ts'
import { hintFor, type ProviderAccount } from '../../../core/provider-account.ts'
import type { Run } from '../../../core/runs/run.ts'
import { isMove } from '../../../core/send/deployment.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes, relativeTime } from '../../../html/times.ts'
import type { Frame } from './frame.ts'
import { badge, figure } from './parts.ts'
import { runsTable } from './run-parts.ts'

/** What changes while one looks on. */
export interface NowReading {
  account: ProviderAccount
  runs: Run[]
  dryRun: Run | null
}

export interface NowView extends NowReading {
  /** The schedule's next tick; null for never. */
  next: Date | null
  cron: string | null
  timeZone: string
  /** As configured; absent: learnt. */
  rateLimit: number | undefined
  /** The share of a learnt rate that is left to others. */
  rateHeadroom: number
  /** Everything is planned and nothing is sent. */
  shadow: boolean
  /** Who looks at it may start and resume nothing. */
  readOnly: boolean
  now: number
}

/** Until the provider has told. Source: https://resend.com/docs/api-reference/rate-limit */
const CAUTIOUS_RATE = 2

export function nowPage(frame: Frame, view: NowView, notice?: string): Html {
  return frame.around({
    title: 'Now',
    place: 'now',
    notice,
    content: html`<h1 class="unseen">Now</h1>
<div data-live="/live">
<div data-part="lane">${sendingCard(view)}</div>
<div data-part="figures">${figures(view)}</div>
</div>
<section aria-labelledby="runs">
<div class="heading"><h2 id="runs">Runs</h2>${!view.readOnly && startForm(view)}</div>
<div data-part="runs">${runs(view)}</div>
</section>`,
  })
}

/** The same parts again, for who has the page open. */
export function nowParts(view: NowView): Html {
  return html`<div data-part="lane">${sendingCard(view)}</div>
<div data-part="figures">${figures(view)}</div>
<div data-part="runs">${runs(view)}</div>`
}

function sendingCard({ account, now, shadow, readOnly }: NowView): Html {
  const { pause, stoppedAt } = account
  if (shadow) {
    return html`<section class="card lane warn"><h2>${badge('warn', 'In shadow')}</h2>
<p>Everything is planned and nothing is sent (<code>SHADOW=true</code>). What was under way before waits, and goes out when the shadow is over.</p></section>`
  }
  if (!pause) {
    return html`<section class="card lane good"><h2>${badge('good', 'Sending is open')}</h2>
<p>Nothing holds emails back.</p></section>`
  }
  if (!pause.stopped) {
    return html`<section class="card lane warn"><h2>${badge('warn', 'Sending waits')}</h2>
<p>${pause.reason}${pause.until && html` It goes on ${bothTimes(pause.until, now)}.`}</p></section>`
  }
  if (isMove(pause.reason)) {
    return html`<section class="card lane bad"><h2>${badge('bad', 'Sending is stopped')}</h2>
<div><p class="reason">${pause.reason}</p>
<p class="soft">The database was copied, or this service has moved. ${hintFor(pause)}</p></div></section>`
  }
  return html`<section class="card lane bad"><h2>${badge('bad', 'Sending is stopped')}</h2>
<div><p class="reason">${pause.reason}</p>
<p class="soft">${stoppedAt && html`Since ${bothTimes(stoppedAt, now)}. `}${
    pause.until
      ? html`The provider is asked again ${bothTimes(pause.until, now)}; once it takes requests, sending goes on by itself.`
      : 'It stays stopped until somebody has looked into it and resumes it.'
  } Nobody is lost: who is due stays due.</p></div>
${!readOnly && html`<form method="post" action="/lane/resume"><button id="resume" data-confirm="Let emails go out again?">Resume</button></form>`}
</section>`
}

function figures(view: NowView): Html {
  const { account, now } = view
  return html`<dl class="tiles">
<div><dt>Next run</dt>${nextRun(view)}</div>
<div><dt>It would mail</dt>${wouldMail(view)}</div>
<div><dt>Rate</dt>${rate(view)}</div>
<div><dt>Under way</dt>
<dd class="big">${figure(account.open)}</dd>
<dd class="soft">${account.unknown > 0 ? html`<span class="warn">${figure(account.unknown)} without an answer; asked again under the same key</span>` : account.open === 0 ? 'no request is open' : 'all of them wait for their first answer'}</dd></div>
</dl>`

  function nextRun({ next, cron, timeZone }: NowView): Html {
    if (!next) {
      return html`<dd class="big">Never</dd><dd class="soft"><code>SCHEDULE</code> is off: runs start by hand</dd>`
    }
    return html`<dd class="big"><time datetime="${next.toISOString()}"><span class="ago">${relativeTime(next.getTime(), now)}</span></time></dd>
<dd class="soft">${zoned(next, timeZone)} · <code>${cron}</code></dd>`
  }
}

function wouldMail({ dryRun, runs, now, readOnly }: NowView): Html {
  const look =
    !readOnly &&
    html`<dd><form method="post" action="/runs"><input type="hidden" name="type" value="all"><input type="hidden" name="dryRun" value="yes"><button id="look" class="small">${dryRun ? 'Look again' : 'Look'}</button></form></dd>`
  if (!dryRun) {
    return html`<dd class="big">?</dd><dd class="soft">nobody has looked yet; a dry run tells</dd>${look}`
  }
  const isOutdated = runs.some(run => !run.dryRun && run.createdAt > dryRun.createdAt)
  const { new_notifications: fresh, outstanding_reminder: reminder } = dryRun.counts.byType
  return html`<dd class="big">${counted(dryRun.counts.due, 'person', 'people')}</dd>
<dd class="soft">${figure(fresh.due)} new, ${counted(reminder.due, 'reminder')} ·
<a href="/runs/${dryRun.id}">as of</a> ${bothTimes(dryRun.finishedAt ?? dryRun.createdAt, now)}${isOutdated && html`, <span class="warn">before the latest run</span>`}</dd>${look}`
}

function rate({ account, rateLimit, rateHeadroom }: NowView): Html {
  const { learntRate } = account
  const perSecond = rateLimit ?? (learntRate ? learntRate * (1 - rateHeadroom) : CAUTIOUS_RATE)
  const origin = rateLimit
    ? html`set by <code>RATE_LIMIT</code>`
    : learntRate
      ? `of the ${figure(learntRate)} that the provider takes; the rest is the application’s own`
      : 'until the provider has told its own'
  const { requests, emails } = account.lastMinute
  const most = Math.round(perSecond * 60)
  return html`<dd class="big">${figure(perSecond)}<small> requests/s</small></dd>
<dd class="soft">${origin}</dd>
<dd class="soft"><meter min="0" max="${most}" value="${Math.min(requests, most)}" aria-label="Used in the last minute"></meter>
${figure(requests)} of ${figure(most)} in the last minute${emails > 0 && `, ${counted(emails, 'email')}`}</dd>`
}

function startForm({ shadow }: NowView): Html {
  return html`<form class="start" method="post" action="/runs">
<label for="type" class="unseen">What to look for</label>
<select id="type" name="type">
<option value="all">Both types</option>
<option value="new_notifications">New notifications</option>
<option value="outstanding_reminder">Reminders</option>
</select>
<button name="dryRun" value="yes">Dry run</button>
<button class="main" name="dryRun" value="no"${!shadow && html` data-confirm="Mail everybody who is due?"`}>${shadow ? 'Start a shadow run' : 'Start a run'}</button>
</form>`
}

function runs({ runs, now }: NowView): Html {
  if (runs.length === 0) {
    return html`<div class="empty card"><h3>No run so far</h3>
<p>A dry run tells who would be mailed and why the others would not, and mails nobody.</p></div>`
  }
  return html`${runsTable(runs, now)}<p class="after"><a href="/runs">All runs</a></p>`
}

function zoned(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  }).format(at)
}
