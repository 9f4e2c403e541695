import type { DueUser } from '../../core/claim/build-batch-request.ts'
import type { EmailType } from '../../core/email-type.ts'
import type { DigestItem } from '../../core/render/digest.ts'

/** Made-up data for a preview. */
export interface Sample {
  /** What the sample demonstrates. */
  about: string
  name: string
  /** As a host would store it; null: the host's default language. */
  locale: string | null
  /** How many notifications the email covers; the items are the newest of them. */
  total: number
  /** Newest first, at most five. */
  items: SampleItem[]
}

/** A notification with its age in hours instead of a time. */
export type SampleItem = Pick<DigestItem, 'type' | 'title' | 'message'> & {
  metadata?: string
  hours: number
}

const HOUR = 3_600_000
/** A reminder is about notifications that are older than three days. */
const minAge: Record<EmailType, number> = { new_notifications: 0, outstanding_reminder: 96 * HOUR }

/** Creates a user who is due at `at` from a sample. */
export function sampleUser(sample: Sample, emailType: EmailType, at: Date): DueUser {
  const items = sample.items.map(({ hours, metadata = null, ...item }, index) => ({
    ...item,
    metadata,
    id: `sample-${index + 1}`,
    createdAt: new Date(at.getTime() - minAge[emailType] - hours * HOUR),
  }))
  const oldest = items.at(-1)?.createdAt ?? at
  return {
    userId: '00000000-0000-4000-8000-000000000000',
    address: 'recipient@example.com',
    name: sample.name,
    locale: sample.locale,
    notificationIds: Array.from({ length: sample.total }, (_, index) => `sample-${index + 1}`),
    items,
    oldestAt: sample.total > items.length ? new Date(oldest.getTime() - 20 * HOUR) : oldest,
  }
}
