import type { Attempt } from '../../../core/audit/audit.ts'
import type { AttemptOutcome } from '../../../core/audit/outcome.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import { badge, nameOfType, type Tone, table } from './parts.ts'

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

/** The status of an attempt: the provider's latest event, if there is one, else the outcome. */
export function attemptBadge({ outcome, delivery }: Pick<Attempt, 'outcome' | 'delivery'>): Html {
  const progress = delivery?.progress
  if (outcome === 'accepted' && progress && progress !== 'accepted') {
    return badge(tones[progress] ?? 'idle', capitalize(progress))
  }
  return outcomeBadge(outcome)
}

export function outcomeBadge(outcome: AttemptOutcome): Html {
  const { tone, name } = outcomes[outcome]
  return badge(tone, name)
}

/** A table of attempts. `showRecipient` is false if all are to the same user. */
export function attemptsTable(attempts: Attempt[], now: number, showRecipient: boolean): Html {
  return table(
    'Attempts, newest first',
    html`<th>Email</th><th class="extra">Type</th>${showRecipient && html`<th>To</th>`}<th>Status</th><th class="num extra">Notifications</th><th>Time, UTC</th>`,
    attempts.map(attempt => {
      const { id, userId, person, emailType, delivery, errorMessage, notificationCount, sentAt } =
        attempt
      const address = delivery?.address ?? person?.address ?? 'deleted user'
      const hasError = errorMessage !== null && attempt.outcome !== 'pending'
      return html`<tr>
<td class="lead"><a class="one-line" href="/emails/${id}">${delivery?.subject || nameOfType(emailType)}</a>${delivery && delivery.attempt > 1 && html` <span class="tag">attempt ${delivery.attempt}</span>`}</td>
<td class="soft extra">${emailType === 'new_notifications' ? 'New' : nameOfType(emailType)}</td>
${showRecipient && html`<td><a class="quiet one-line" href="/people/${userId}" title="${address}">${address}</a></td>`}
<td>${attemptBadge(attempt)}${hasError && html`<span class="sub one-line" title="${errorMessage}">${errorMessage}</span>`}</td>
<td class="num extra">${notificationCount}</td>
<td>${bothTimes(sentAt, now)}</td></tr>
`
    }),
    'compact',
  )
}

export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
