import { counted } from '../../../core/counted.ts'
import type { Run } from '../../../core/runs/run.ts'
import { isFinished } from '../../../core/runs/run.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import type { Frame } from './frame.ts'
import { identifier } from './parts.ts'
import {
  runBadge,
  runCounts,
  runDuration,
  runNames,
  runProgress,
  runsTable,
  triggerNames,
} from './run-parts.ts'

interface RunsView {
  runs: Run[]
  /** Of the page with older ones; null on the last. */
  next: string | null
  isFirst: boolean
  now: number
}

export function runsPage(frame: Frame, { runs, next, isFirst, now }: RunsView): Html {
  return frame.around({
    title: 'Runs',
    place: 'now',
    content: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/">Now</a></nav><h1>Runs</h1>
${runs.length > 0 ? runsTable(runs, now) : html`<div class="empty card"><h2>No run here</h2></div>`}
<nav class="pager" aria-label="Pages">${isFirst ? html`<span></span>` : html`<a href="/runs">← Newest</a>`}
${next && html`<a href="/runs?cursor=${next}" rel="next">Older →</a>`}</nav>`,
  })
}

export function runPage(frame: Frame, run: Run, now: number): Html {
  return frame.around({
    title: `${runNames[run.type]}${run.dryRun ? `, ${dryName(run)}` : ''}`,
    place: 'now',
    content: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/">Now</a> <a href="/runs">Runs</a></nav>
<div${!isFinished(run) && html` data-live="/runs/${run.id}/live"`}>
<div data-part="run">${runCard(run, now)}</div>
</div>`,
  })
}

/** The same part again, for who has the page open. */
export function runPart(run: Run, now: number): Html {
  return html`<div data-part="run">${runCard(run, now)}</div>`
}

/** What a screen reader says when it is over. */
function dryName({ shadow }: Run): string {
  return shadow ? 'in shadow' : 'dry run'
}

export function spokenEnd({ dryRun, counts, status, error }: Run): string {
  if (status === 'failed') return `The run failed: ${error}`
  if (dryRun)
    return `The dry run is over: ${counted(counts.due, 'person', 'people')} would be mailed.`
  return `The run is over: ${counted(counts.sent, 'email')} accepted, ${counts.failed} failed, ${counts.unknown} unknown.`
}

function runCard(run: Run, now: number): Html {
  return html`<h1>${runNames[run.type]}${run.dryRun && html` <span class="tag">${dryName(run)}</span>`} ${runBadge(run)}</h1>
${run.error && html`<p class="fault" role="alert">${run.error}</p>`}
${run.paused && html`<p class="fault warn">${run.paused.stopped ? 'Sending is stopped: ' : 'Waiting: '}${run.paused.reason}${run.paused.until && html` It is tried again ${bothTimes(run.paused.until, now)}.`}</p>`}
${!isFinished(run) && html`<div class="wide">${runProgress(run, now)}</div>`}
<div class="split">
${runCounts(run)}
<dl class="facts card">
<div><dt>Started</dt><dd>${bothTimes(run.createdAt, now)}</dd></div>
<div><dt>By</dt><dd>${triggerNames[run.trigger]}</dd></div>
<div><dt>${isFinished(run) ? 'Took' : 'Running for'}</dt><dd>${runDuration(run, now)}</dd></div>
<div><dt>Looked at</dt><dd>${counted(run.counts.scanned, 'person', 'people')}</dd></div>
<div><dt>Id</dt><dd>${identifier(run.id)}</dd></div>
${!run.dryRun && html`<div><dt>Emails</dt><dd><a href="/emails?run=${run.id}">Attempts of this run</a></dd></div>`}
</dl>
</div>`
}
