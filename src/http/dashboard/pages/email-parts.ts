import type { Attempt } from '../../../core/audit/audit.ts'
import type { AttemptOutcome } from '../../../core/audit/outcome.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import { badge, type Tone, table, typeNames } from './parts.ts'

const outcomes: Record<AttemptOutcome, { tone: Tone; name: string }> = {
  accepted: { tone: 'good', name: 'Accepted' },
  failed: { tone: 'bad', name: 'Failed' },
  pending: { tone: 'live', name: 'Pending' },
  unknown: { tone: 'warn', name: 'Unknown' },
}

const tones: Record<string, Tone> = {
  delivered: 'good',
  delayed: 'warn',
  failed: 'bad',
  suppressed: 'bad',
  bounced: 'bad',
  complained: 'bad',
}

/** What became of an attempt: the provider's events tell more than its acceptance. */
export function attemptBadge({ outcome, delivery }: Pick<Attempt, 'outcome' | 'delivery'>): Html {
  const progress = delivery?.progress
  if (outcome === 'accepted' && progress && progress !== 'accepted') {
    return badge(tones[progress] ?? 'idle', capital(progress))
  }
  return outcomeBadge(outcome)
}

export function outcomeBadge(outcome: AttemptOutcome): Html {
  const { tone, name } = outcomes[outcome]
  return badge(tone, name)
}

/** Attempts in a table; `to` is left out where all are to one person. */
export function attemptsTable(attempts: Attempt[], now: number, to: boolean): Html {
  return table(
    'Attempts, newest first',
    html`<th>Email</th><th>Type</th>${to && html`<th>To</th>`}<th>What became of it</th><th class="num">Stands for</th><th>When, UTC</th>`,
    attempts.map(attempt => {
      const { id, userId, emailType, delivery, errorMessage, notificationIds, sentAt } = attempt
      const address = delivery?.address ?? 'somebody'
      const isTold = errorMessage !== null && attempt.outcome !== 'pending'
      return html`<tr>
<td class="lead"><a class="one-line" href="/emails/${id}">${delivery?.subject || typeNames[emailType]}</a>${delivery && delivery.attempt > 1 && html` <span class="tag">attempt ${delivery.attempt}</span>`}</td>
<td data-label="Type" class="soft">${emailType === 'new_notifications' ? 'New' : typeNames[emailType]}</td>
${to && html`<td data-label="To"><a class="quiet one-line" href="/people/${userId}" title="${address}">${address}</a></td>`}
<td data-label="What became of it">${attemptBadge(attempt)}${isTold && html`<span class="sub one-line" title="${errorMessage}">${errorMessage}</span>`}</td>
<td class="num" data-label="Stands for">${notificationIds.length}</td>
<td data-label="When, UTC">${bothTimes(sentAt, now)}</td></tr>
`
    }),
  )
}

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
