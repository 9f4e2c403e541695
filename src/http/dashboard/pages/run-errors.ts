import { counted } from '../../../core/counted.ts'
import type { DetailedRun, RunError } from '../../../core/runs/run-error.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import { cell, formatShare, table } from './parts.ts'

/** Why emails of a run were not accepted, when they are retried, and whose they are. */
export function runErrors(run: DetailedRun, now: number): Html | false {
  const { errors, isSample } = run.errors
  if (errors.length === 0) return false
  const total = errors.reduce((sum, { emails }) => sum + emails, 0)
  // A sample has no share of the whole run.
  const whole = isSample ? total : Math.max(run.counts.due, total)
  return html`<section class="failures" aria-labelledby="failures"><h2 id="failures">What failed, and why</h2>
${table(
  'Errors of this run, most frequent first',
  html`<th>Error</th><th class="num">Emails</th><th class="num">Share</th><th>Next retry</th><th>Users</th>`,
  errors.map(
    error => html`<tr>
<td class="lead">${error.hasAttempts ? html`<a href="${listOf(run.id, error)}">${error.code}</a>` : error.code}<span class="sub">${messageOf(error)}</span></td>
${cell('Emails', error.emails, error.nextAt ? 'warn' : 'bad')}
<td class="num" data-label="Share">${formatShare(error.emails, whole)}</td>
<td data-label="Next retry">${error.nextAt ? bothTimes(error.nextAt, now) : html`<span class="soft">none; users who are due stay due</span>`}</td>
<td data-label="Users">${usersOf(run.id, error)}</td></tr>
`,
  ),
)}
${isSample && html`<p class="after soft">The shares are those of ${counted(total, 'email')}; the run has more that were not accepted.</p>`}</section>`
}

/** The message without its code, which stands above it. */
function messageOf({ code, example }: RunError): string {
  return example.startsWith(`${code}:`) ? example.slice(code.length + 1).trim() : example
}

/** The attempts of a run with this error. Errors without a code have no filter of their own. */
function listOf(runId: string, { code }: RunError): string {
  const query = {
    run: runId,
    ...(code === 'other' ? { outcome: 'not-accepted' } : { error: code }),
  }
  return `/emails?${new URLSearchParams(query)}`
}

function usersOf(runId: string, error: RunError): Html {
  const more = error.emails - error.users.length
  return html`<span class="names">${error.users.map(
    ({ userId, name }, at) =>
      html`${at > 0 && ', '}<a class="quiet" href="/people/${userId}">${name ?? 'deleted user'}</a>`,
  )}${more > 0 && (error.hasAttempts ? html`, <a href="${listOf(runId, error)}">${counted(more, 'other')}</a>` : `, ${counted(more, 'other')}`)}</span>`
}
