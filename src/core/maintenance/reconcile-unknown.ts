import { comparableAddress } from '../email-address.ts'

/** A delivery that was given up: its key has expired and its outcome is unknown. */
export interface UnknownDelivery {
  id: string
  address: string
  claimedAt: Date
}

export interface UnknownDeliveries {
  /** Deliveries given up in the last day, oldest first, at most `limit`. */
  list(limit: number): Promise<UnknownDelivery[]>
  accept(deliveryId: string, providerId: string): Promise<void>
}

/** Searches the emails that the provider has sent. Both resolve to null if it does not answer. */
export interface SentEmailSearch {
  /** A page of sent emails, newest first, that starts after the email `after`. */
  list(after: string | undefined, signal: AbortSignal): Promise<ListedEmail[] | null>
  /** The tags of one email, which the list does not contain. */
  readTags(providerId: string, signal: AbortSignal): Promise<Record<string, string> | null>
}

export interface ListedEmail {
  id: string
  to: string[]
  createdAt: Date
}

export interface ReconcileDeps {
  unknown: UnknownDeliveries
  sent: SentEmailSearch
  /** Waits for the next slot for a request; false while sending is paused. */
  pace: () => Promise<boolean>
  signal: AbortSignal
}

const MAX_DELIVERIES = 500
/** Ten thousand emails. If the account sends more per day, older deliveries stay unknown. */
const MAX_PAGES = 100
/** Tolerance between the provider's clock and ours. */
const SLACK_MS = 5 * 60_000

/**
 * Searches the provider's sent emails for deliveries that were given up, and reads the tags of each email to
 * one of their addresses. Only our own tag proves acceptance; all other deliveries stay unknown.
 */
export async function reconcileUnknown(
  deps: ReconcileDeps,
): Promise<{ asked: number; found: number }> {
  const { unknown, sent, pace, signal } = deps
  const deliveries = await unknown.list(MAX_DELIVERIES)
  const missing = new Map(deliveries.map(delivery => [delivery.id, delivery]))
  const addresses = new Set(deliveries.map(({ address }) => comparableAddress(address)))
  const oldest = Math.min(...deliveries.map(({ claimedAt }) => claimedAt.getTime())) - SLACK_MS

  let after: string | undefined
  for (let page = 0; page < MAX_PAGES && missing.size > 0 && !signal.aborted; page += 1) {
    if (!(await pace())) break
    const listed = await sent.list(after, signal)
    for (const email of listed ?? []) {
      const to = email.to.map(comparableAddress)
      if (!to.some(address => addresses.has(address))) continue
      if (!(await pace())) break
      const deliveryId = (await sent.readTags(email.id, signal))?.delivery_id
      // Our tag on an email to another address proves nothing.
      const tagged = deliveryId ? missing.get(deliveryId) : undefined
      if (!deliveryId || !tagged || !to.includes(comparableAddress(tagged.address))) continue
      missing.delete(deliveryId)
      await unknown.accept(deliveryId, email.id)
    }
    const last = listed?.at(-1)
    if (!last || last.createdAt.getTime() < oldest) break
    after = last.id
  }
  return { asked: deliveries.length, found: deliveries.length - missing.size }
}
