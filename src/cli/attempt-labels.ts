import type { Attempt } from '../core/audit/audit.ts'
import { cleanText } from '../core/render/clean-text.ts'
import type { Style } from './styles.ts'

/** The texts that describe an attempt, one for each column. */
export interface AttemptLabels {
  sentAt: string
  type: string
  to: string
  outcome: string
  notifications: string
  /** The error if there is one, otherwise the subject. */
  about: string
}

export const HEAD: AttemptLabels = {
  sentAt: 'sent at (UTC)',
  type: 'type',
  to: 'to',
  outcome: 'outcome',
  notifications: 'n',
  about: 'error or subject',
}

/** Cleans address, subject and error: other people wrote them, so they may hold terminal escapes. */
export function labelsOf({ delivery, ...attempt }: Attempt): AttemptLabels {
  return {
    sentAt: attempt.sentAt?.toISOString().replace('T', ' ').slice(0, 19) ?? 'invalid time',
    type: cleanText(attempt.emailType, 40),
    to: formatRecipient({ ...attempt, delivery }),
    outcome: formatOutcome({ ...attempt, delivery }),
    notifications: String(attempt.notificationCount),
    about: cleanText(attempt.errorMessage ?? delivery?.subject ?? '', 200),
  }
}

/** The user's address and, if DELIVER_TO redirected the email, where it went. */
function formatRecipient({
  userId,
  delivery,
  person,
}: Pick<Attempt, 'userId' | 'delivery' | 'person'>): string {
  const address = cleanText(delivery?.address || person?.address || userId, 60)
  return delivery?.sentTo ? `${address} → ${cleanText(delivery.sentTo, 60)}` : address
}

/** The outcome, with the delivery's progress where it says more than `accepted`. */
export function formatOutcome({
  outcome,
  delivery,
}: Pick<Attempt, 'outcome' | 'delivery'>): string {
  const progress = outcome === 'accepted' ? delivery?.progress : null
  return progress && progress !== 'accepted' ? `${outcome}, ${progress}` : outcome
}

const BAD = /failed|bounced|complained|suppressed/

/** The colour that an outcome is printed in. */
export function styleOf(outcome: string): Style {
  return BAD.test(outcome) ? 'red' : outcome.startsWith('accepted') ? 'green' : 'yellow'
}
