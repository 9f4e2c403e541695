import type { noFacts } from '../../../core/audit/audit.ts'
import { type Html, html } from '../../../html/html.ts'
import { cell } from './parts.ts'

type Series = keyof typeof noFacts

const seriesNames: Record<Series, string> = {
  attempts: 'Attempts',
  accepted: 'Accepted',
  failed: 'Failed',
  unknown: 'Unknown',
  pending: 'Pending',
  delivered: 'Delivered',
  bounced: 'Bounced',
  complained: 'Complained',
}

export interface Chart {
  title: string
  id: string
  /** What a row is. */
  unit: string
  /** Oldest first. `tick` labels the axis. */
  rows: { label: string; tick: string; counts: typeof noFacts }[]
  series: Series[]
}

/** The counts as a table; the script draws a chart from it. */
export function chart({ title, id, unit, rows, series }: Chart): Html {
  return html`<section class="card chart" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
<div class="canvas" data-chart="${id}-figures" hidden></div>
<details open><summary>Figures</summary>
<div class="table" tabindex="0" role="region" aria-label="${title}, figures"><table id="${id}-figures"><caption class="visually-hidden">${title}</caption>
<thead><tr><th>${unit}</th>${series.map(name => html`<th class="num" data-series="${name}">${seriesNames[name]}</th>`)}</tr></thead>
<tbody>${rows.toReversed().map(
    ({ label, tick, counts }) =>
      html`<tr><th scope="row" data-tick="${tick}">${label}</th>${series.map(name => cell(seriesNames[name], counts[name]))}</tr>
`,
  )}</tbody></table></div></details></section>`
}
