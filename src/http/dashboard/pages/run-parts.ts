import { counted } from '../../../core/counted.ts'
import { emailTypes } from '../../../core/email-type.ts'
import { countEnded, isFinished, type Run, type RunTrigger } from '../../../core/runs/run.ts'
import { reasons } from '../../../core/scan/reasons.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes, duration } from '../../../html/times.ts'
import { badge, cell, figure, table, typeNames } from './parts.ts'

export const runNames: Record<Run['type'], string> = { ...typeNames, all: 'Both types' }

export const triggerNames: Record<RunTrigger, string> = {
  schedule: 'the schedule',
  http: 'the API',
  cron_route: 'the cron route',
  cli: 'the command line',
  dashboard: 'the dashboard',
}

export function runBadge(run: Run): Html {
  if (run.status === 'failed') return badge('bad', 'Failed')
  if (run.status === 'completed') {
    const { failed, unknown } = run.counts
    return failed + unknown > 0 ? badge('warn', 'Not all went') : badge('good', 'Completed')
  }
  if (run.paused) return badge('warn', run.paused.stopped ? 'Stopped' : 'Waiting')
  return run.status === 'queued' ? badge('idle', 'Queued') : badge('live', 'Running')
}

/** How far a run has come: a bar and figures while it goes on, then how long it took. */
export function runProgress(run: Run, now: number): Html {
  const { due, scanned } = run.counts
  if (isFinished(run)) return html`<span class="soft">took ${runDuration(run, now)}</span>`
  if (run.dryRun || due === 0) {
    return html`<span class="soft">${counted(scanned, 'person', 'people')} looked at</span>`
  }
  const ended = Math.min(countEnded(run), due)
  return html`<span class="progress"><progress max="${due}" value="${ended}" aria-label="Done of those due"></progress>
<span>${figure(ended)} of ${figure(due)}</span></span>`
}

/** Runs in a table, newest first. */
export function runsTable(runs: Run[], now: number): Html {
  return table(
    'Runs, newest first',
    html`<th>Run</th><th>By</th><th>Started, UTC</th><th>State</th><th>Progress</th>
<th class="num">Due</th><th class="num">Accepted</th><th class="num">Failed</th><th class="num">Unknown</th>`,
    runs.map(
      run => html`<tr>
<td class="lead"><a href="/runs/${run.id}">${runNames[run.type]}</a>${run.dryRun && html` <span class="tag">${run.shadow ? 'in shadow' : 'dry run'}</span>`}</td>
<td data-label="By" class="soft">${triggerNames[run.trigger]}</td>
<td data-label="Started, UTC">${bothTimes(run.createdAt, now)}</td>
<td data-label="State">${runBadge(run)}</td>
<td data-label="Progress">${runProgress(run, now)}</td>
${cell('Due', run.counts.due)}${
  run.dryRun
    ? html`<td class="num none" colspan="3">mails nobody</td>`
    : [
        cell('Accepted', run.counts.sent),
        cell('Failed', run.counts.failed, 'bad'),
        cell('Unknown', run.counts.unknown, 'warn'),
      ]
}</tr>
`,
    ),
  )
}

/** How long it took, or has taken so far. */
export function runDuration(run: Run, now: number): string {
  if (!run.startedAt) return 'not begun'
  return duration((run.finishedAt?.getTime() ?? now) - run.startedAt.getTime())
}

/** The counts of a run, a column for each type. */
export function runCounts(run: Run): Html {
  const types = emailTypes.filter(type => run.type === 'all' || run.type === type)
  const counts = types.map(type => ({ type, ...run.counts.byType[type] }))
  const row = (name: string, values: number[], tone?: 'bad' | 'warn') => html`<tr>
<th scope="row">${name}</th>${values.map((value, at) => cell(typeNames[types[at] ?? 'new_notifications'], value, tone))}</tr>`
  const skippedFor = [...new Set(counts.flatMap(({ skipped }) => Object.keys(skipped)))].sort()
  return html`<div class="sheet"><table><caption class="unseen">Counts by type</caption>
<thead><tr><th><span class="unseen">What</span></th>${types.map(type => html`<th class="num">${typeNames[type]}</th>`)}</tr></thead>
<tbody>
${row(
  run.dryRun ? 'Would be mailed' : 'Due',
  counts.map(({ due }) => due),
)}
${
  !run.dryRun && [
    row(
      'Accepted',
      counts.map(({ sent }) => sent),
    ),
    row(
      'Failed',
      counts.map(({ failed }) => failed),
      'bad',
    ),
    row(
      'Unknown',
      counts.map(({ unknown }) => unknown),
      'warn',
    ),
  ]
}
</tbody>
${
  skippedFor.length > 0 &&
  html`<tbody><tr><th class="group" colspan="${types.length + 1}" scope="rowgroup">Looked at and not mailed, because</th></tr>
${skippedFor.map(reason =>
  row(
    reasons[reason] ?? reason,
    counts.map(({ skipped }) => skipped[reason] ?? 0),
  ),
)}</tbody>`
}
</table></div>`
}
