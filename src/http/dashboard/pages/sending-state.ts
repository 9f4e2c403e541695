import { errorCode } from '../../../core/audit/outcome.ts'
import { hintFor } from '../../../core/provider-account.ts'
import { isMove } from '../../../core/send/deployment.ts'
import { fixFor } from '../../../core/send/stop-fixes.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import type { SendingState } from '../sending-state.ts'
import { capitalize } from './email-parts.ts'
import { badge, sentence } from './parts.ts'

/** Why no emails go out, as the pages say it. */
interface Trouble {
  tone: 'bad' | 'warn'
  title: string
  /** With the last error. */
  reason: string
  error: string | null
  /** Since when, and the next try. */
  times: Html | false
  fix: Html
  /** Only an operator can resume sending, or may do so before the next probe. */
  isResumable: boolean
}

/** Null while emails go out. */
function findTrouble(state: SendingState, now: number): Trouble | null {
  const { shadow, pause, stoppedAt, faults } = state
  const none = { error: null, times: false as const, isResumable: false }
  if (shadow) {
    return {
      ...none,
      tone: 'warn',
      title: 'In shadow',
      reason: 'Runs are planned and nothing is sent (SHADOW=true).',
      fix: html`Emails that were in flight before wait until the service leaves shadow.`,
    }
  }
  const [fault] = faults
  if (fault && !pause?.stopped) {
    return {
      ...none,
      tone: 'bad',
      title: 'Emails do not go out',
      reason: `${capitalize(fault.found)}.`,
      error: fault.error,
      fix: html`${capitalize(fault.fix)}.`,
    }
  }
  if (!pause) return null
  if (!pause.stopped) {
    return {
      ...none,
      tone: 'warn',
      title: 'Sending is paused',
      reason: pause.reason,
      times: pause.until !== null && html`Sending resumes ${bothTimes(pause.until, now)}.`,
      fix: html`Nothing needs to be done.`,
    }
  }
  const isMoved = isMove(pause.reason)
  return {
    ...none,
    tone: 'bad',
    title: 'Sending is stopped',
    reason: pause.reason,
    times: html`${stoppedAt && html`Stopped ${bothTimes(stoppedAt, now)}. `}${pause.until && html`The next probe runs ${bothTimes(pause.until, now)}; sending resumes as soon as one succeeds.`}`,
    fix: isMoved
      ? html`The database was copied, or this service has moved. ${capitalize(hintFor(pause))}.`
      : html`${fixFor(pause.reason) ?? 'Find the cause, then resume sending.'}${emailsBehind(pause.reason)}`,
    isResumable: !isMoved,
  }
}

/** The emails that a limit has counted. */
function emailsBehind(reason: string): Html | false {
  const progress = { bounce_rate: 'bounced', complaint_rate: 'complained' }[errorCode(reason) ?? '']
  return progress !== undefined && html` <a href="/emails?progress=${progress}">Show the emails</a>`
}

/** The line on every page but the first while no emails go out. */
export function troubleBanner(state: SendingState, now: number): Html | false {
  const trouble = findTrouble(state, now)
  if (!trouble) return false
  const { tone, title, reason, times } = trouble
  return html`<p class="fault trouble${tone === 'warn' && ' warn'}"><strong>${title}.</strong> ${sentence(reason)} ${times} <a href="/">What to do</a></p>`
}

/** Whether emails go out and, if not, the last error, the next try and the fix. */
export function sendingCard(state: SendingState, now: number, readOnly: boolean): Html {
  const trouble = findTrouble(state, now)
  if (!trouble) {
    return html`<section class="card sending good"><h2>${badge('good', 'Emails are going out')}</h2>
<p>Sending is neither paused nor stopped, and a worker reports.</p></section>`
  }
  const { tone, title, reason, error, times, fix, isResumable } = trouble
  return html`<section class="card sending ${tone}"><h2>${badge(tone, title)}</h2>
<div><p class="reason">${reason}</p>${error && html`<p class="reason">Last error: ${error}</p>`}
<p class="soft">${times}${tone === 'bad' && ' No email is lost: users who are due stay due.'}</p>
<p><strong>What to do:</strong> ${fix}${tone === 'bad' && html` <a href="/doctor">Run the checks</a>`}</p></div>
${isResumable && !readOnly && html`<form method="post" action="/lane/resume"><button id="resume" data-confirm="Resume sending?">Resume</button></form>`}
</section>`
}
