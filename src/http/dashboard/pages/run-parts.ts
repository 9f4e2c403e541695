import { counted } from '../../../core/counted.ts'
import { emailTypes } from '../../../core/email-type.ts'
import { countEnded, isFinished, type Run, type RunTrigger } from '../../../core/runs/run.ts'
import { reasons } from '../../../core/scan/reasons.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes, duration } from '../../../html/times.ts'
import { badge, cell, formatCount, table, typeNames } from './parts.ts'

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
    return failed + unknown > 0
      ? badge('warn', 'Completed with failures')
      : badge('good', 'Completed')
  }
  if (run.paused) return badge('warn', run.paused.stopped ? 'Stopped' : 'Paused')
  return run.status === 'queued' ? badge('idle', 'Queued') : badge('live', 'Running')
}

/** A progress bar with counts while the run is active, then its duration. */
export function runProgress(run: Run, now: number): Html {
  const { due, scanned } = run.counts
  if (isFinished(run)) return html`<span class="soft">took ${runDuration(run, now)}</span>`
  if (run.dryRun || due === 0) {
    return html`<span class="soft">${counted(scanned, 'user')} scanned</span>`
  }
  const ended = Math.min(countEnded(run), due)
  return html`<span class="progress"><progress max="${due}" value="${ended}" aria-label="Processed of the due users"></progress>
<span>${formatCount(ended)} of ${formatCount(due)}</span></span>`
}

/** A table of runs, newest first. */
export function runsTable(runs: Run[], now: number): Html {
  return table(
    'Runs, newest first',
    html`<th>Run</th><th>Started by</th><th>Started, UTC</th><th>Status</th><th>Progress</th>
<th class="num">Due</th><th class="num">Accepted</th><th class="num">Failed</th><th class="num">Unknown</th>`,
    runs.map(
      run => html`<tr>
<td class="lead"><a href="/runs/${run.id}">${runNames[run.type]}</a>${run.dryRun && html` <span class="tag">${dryRunLabel(run)}</span>`}</td>
<td data-label="Started by" class="soft">${triggerNames[run.trigger]}</td>
<td data-label="Started, UTC">${bothTimes(run.createdAt, now)}</td>
<td data-label="Status">${runBadge(run)}</td>
<td data-label="Progress">${runProgress(run, now)}</td>
${cell('Due', run.counts.due)}${
  run.dryRun
    ? html`<td class="num none" colspan="3">sends nothing</td>`
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

/** The duration of a run so far, or in total. */
export function runDuration(run: Run, now: number): string {
  if (!run.startedAt) return 'not started'
  return duration((run.finishedAt?.getTime() ?? now) - run.startedAt.getTime())
}

/** `shadow run` or `dry run`. */
export function dryRunLabel({ shadow }: Pick<Run, 'shadow'>): string {
  return shadow ? 'shadow run' : 'dry run'
}

/** The counts of a run, one column for each type. */
export function runCounts(run: Run): Html {
  const types = emailTypes.filter(type => run.type === 'all' || run.type === type)
  const counts = types.map(type => ({ type, ...run.counts.byType[type] }))
  const row = (name: string, values: number[], tone?: 'bad' | 'warn') => html`<tr>
<th scope="row">${name}</th>${values.map((value, at) => cell(typeNames[types[at] ?? 'new_notifications'], value, tone))}</tr>`
  const skipReasons = [...new Set(counts.flatMap(({ skipped }) => Object.keys(skipped)))].sort()
  return html`<div class="table"><table><caption class="visually-hidden">Counts by type</caption>
<thead><tr><th><span class="visually-hidden">Count</span></th>${types.map(type => html`<th class="num">${typeNames[type]}</th>`)}</tr></thead>
<tbody>
${row(
  'Due',
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
  skipReasons.length > 0 &&
  html`<tbody><tr><th class="group" colspan="${types.length + 1}" scope="rowgroup">Skipped, by reason</th></tr>
${skipReasons.map(reason =>
  row(
    reasons[reason] ?? reason,
    counts.map(({ skipped }) => skipped[reason] ?? 0),
  ),
)}</tbody>`
}
</table></div>`
}
