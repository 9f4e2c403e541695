import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import type { DoctorRun, Finding } from '../doctor.ts'
import { capitalize } from './email-parts.ts'
import type { Frame } from './frame.ts'
import { badge } from './parts.ts'

const statuses = {
  fail: { tone: 'bad', name: 'To fix', heading: 'To fix' },
  warn: { tone: 'warn', name: 'To check', heading: 'To check' },
  ok: { tone: 'good', name: 'OK', heading: 'In order' },
} as const

export function doctorPage(frame: Frame, run: DoctorRun, now: number): Html {
  return frame.around({
    title: 'Checks',
    section: 'doctor',
    content: html`<div class="heading"><h1>What should I do?</h1>
<form action="/doctor"><button name="again" value="yes">Check again</button></form></div>
<div${!run.findings && html` data-live="/doctor/live"`}>${doctorPart(run, now)}</div>`,
  })
}

/** The live part of the page. */
export function doctorPart(run: DoctorRun, now: number): Html {
  return html`<div data-part="doctor">${run.findings ? results(run.findings, run.finishedAt, now) : progress(run)}</div>`
}

/** What a screen reader announces when the checks end. */
export function announceFindings({ findings }: DoctorRun): string {
  const count = (status: Finding['status']) => findings?.filter(of => of.status === status).length
  return `The checks have ended: ${count('ok')} in order, ${count('warn')} to check, ${count('fail')} to fix.`
}

function progress({ done, total }: DoctorRun): Html {
  return html`<section class="card checking"><p>Checking the database, the queue, the provider, DNS and the configuration.</p>
<div class="wide">${
    total > 0 &&
    html`<span class="progress"><progress max="${total}" value="${done}" aria-label="Checks that have ended"></progress>
<span>${done} of ${total}</span></span>`
  }</div>
<noscript><p><a href="/doctor">Show the findings</a></p></noscript></section>`
}

/** What needs an operator comes first. */
function results(findings: Finding[], at: Date | null, now: number): Html {
  const groups = (['fail', 'warn', 'ok'] as const)
    .map(status => ({ status, group: findings.filter(of => of.status === status) }))
    .filter(({ group }) => group.length > 0)
  return html`<p class="soft after">Checked ${bothTimes(at, now)}. The checks change nothing; <code>npm run tidings -- doctor</code> runs the same.</p>
${groups.map(
  ({ status, group }) => html`<section aria-labelledby="${status}"><h2 id="${status}">${statuses[status].heading} <span class="soft">(${group.length})</span></h2>
<ul class="list card findings">${group.map(
    ({ check, found, fix }) => html`<li>
<p class="line"><strong>${capitalize(check)}</strong> ${badge(statuses[status].tone, statuses[status].name)}</p>
<p>${found}</p>${fix && html`<p class="fix"><span class="soft">Fix:</span> ${fix}</p>`}</li>
`,
  )}</ul></section>
`,
)}`
}
