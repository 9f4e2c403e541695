import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import type { DoctorRun, Finding } from '../doctor.ts'
import type { Frame } from './frame.ts'
import { badge } from './parts.ts'

const statuses = {
  fail: { tone: 'bad', name: 'To fix' },
  warn: { tone: 'warn', name: 'To check' },
  ok: { tone: 'good', name: 'In order' },
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
  return html`<p class="soft after">Checked ${bothTimes(at, now)}. The checks change nothing; <code>npm run tidings -- doctor</code> runs the same.</p>
${(['fail', 'warn', 'ok'] as const).map(status => {
  const group = findings.filter(of => of.status === status)
  return (
    group.length > 0 &&
    html`<section aria-labelledby="${status}"><h2 id="${status}">${badge(statuses[status].tone, statuses[status].name)} <span class="soft">${group.length}</span></h2>
${status === 'ok' ? inOrder(group) : toDo(group)}</section>
`
  )
})}`
}

function toDo(findings: Finding[]): Html {
  return html`<ul class="list card findings">${findings.map(
    ({ check, found, fix }) => html`<li><p><strong>${check}</strong></p>
<p>${found}</p>${fix && html`<p class="fix"><span class="soft">Fix:</span> ${fix}</p>`}</li>
`,
  )}</ul>`
}

function inOrder(findings: Finding[]): Html {
  return html`<dl class="facts card findings">${findings.map(
    ({ check, found }) => html`<div><dt>${check}</dt><dd>${found}</dd></div>
`,
  )}</dl>`
}
