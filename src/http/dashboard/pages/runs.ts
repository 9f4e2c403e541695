import { counted } from '../../../core/counted.ts'
import type { Run } from '../../../core/runs/run.ts'
import { isFinished } from '../../../core/runs/run.ts'
import type { DetailedRun } from '../../../core/runs/run-error.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import type { Frame } from './frame.ts'
import { identifier, sentence } from './parts.ts'
import { runErrors } from './run-errors.ts'
import {
  dryRunLabel,
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
  /** The cursor of the next page, with older runs; null on the last page. */
  next: string | null
  isFirst: boolean
  now: number
}

export function runsPage(frame: Frame, { runs, next, isFirst, now }: RunsView): Html {
  return frame.around({
    title: 'Runs',
    section: 'now',
    content: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/">Now</a></nav><h1>Runs</h1>
${runs.length > 0 ? runsTable(runs, now) : html`<div class="empty card"><h2>No runs</h2></div>`}
<nav class="pager" aria-label="Pages">${isFirst ? html`<span></span>` : html`<a href="/runs">← Newest</a>`}
${next && html`<a href="/runs?cursor=${next}" rel="next">Older →</a>`}</nav>`,
  })
}

export function runPage(frame: Frame, run: DetailedRun, now: number): Html {
  return frame.around({
    title: `${runNames[run.type]}${run.dryRun ? `, ${dryRunLabel(run)}` : ''}`,
    section: 'now',
    content: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/">Now</a> <a href="/runs">Runs</a></nav>
<div${!isFinished(run) && html` data-live="/runs/${run.id}/live"`}>
<div data-part="run">${runCard(run, now)}</div>
</div>`,
  })
}

/** The live part of the page. */
export function runPart(run: DetailedRun, now: number): Html {
  return html`<div data-part="run">${runCard(run, now)}</div>`
}

/** What a screen reader announces when the run ends. */
export function announceEnd({ dryRun, counts, status, error }: Run): string {
  if (status === 'failed') return `The run failed: ${error}`
  if (dryRun) {
    const users = counted(counts.due, 'user')
    return `The dry run has completed: ${users} ${counts.due === 1 ? 'is' : 'are'} due.`
  }
  return `The run has completed: ${counted(counts.sent, 'email')} accepted, ${counts.failed} failed, ${counts.unknown} unknown.`
}

function runCard(run: DetailedRun, now: number): Html {
  return html`<h1>${runNames[run.type]}${run.dryRun && html` <span class="tag">${dryRunLabel(run)}</span>`} ${runBadge(run)}</h1>
${run.error && html`<p class="fault" role="alert">${run.error}</p>`}
${run.paused && html`<p class="fault warn">${run.paused.stopped ? 'Sending is stopped: ' : 'Sending is paused: '}${sentence(run.paused.reason)}${run.paused.until && html` ${run.paused.stopped ? 'The next probe runs' : 'Sending resumes'} ${bothTimes(run.paused.until, now)}.`}</p>`}
${!isFinished(run) && html`<div class="wide">${runProgress(run, now)}</div>`}
${runErrors(run, now)}
<div class="split">
${runCounts(run)}
<dl class="facts card">
<div><dt>Started</dt><dd>${bothTimes(run.createdAt, now)}</dd></div>
<div><dt>Started by</dt><dd>${triggerNames[run.trigger]}</dd></div>
<div><dt>${isFinished(run) ? 'Took' : 'Running for'}</dt><dd>${runDuration(run, now)}</dd></div>
<div><dt>Scanned</dt><dd>${counted(run.counts.scanned, 'user')}</dd></div>
<div><dt>Id</dt><dd>${identifier(run.id)}</dd></div>
${!run.dryRun && html`<div><dt>Emails</dt><dd><a href="/emails?run=${run.id}">Attempts of this run</a></dd></div>`}
</dl>
</div>`
}
