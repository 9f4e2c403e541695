/** A delivery that was given up: its key is of no use any more, and its outcome not known. */
export interface UnknownDelivery {
  id: string
  address: string
  claimedAt: Date
}

export interface UnknownDeliveries {
  /** Those given up in the last day, oldest first, `limit` at most. */
  list(limit: number): Promise<UnknownDelivery[]>
  accept(deliveryId: string, providerId: string): Promise<void>
}

/** What the provider can tell of emails by reading. Each resolves to null where it does not answer. */
export interface SentEmailSearch {
  /** A page of all that was sent, newest first, from behind the email `after` on. */
  list(after: string | undefined, signal: AbortSignal): Promise<ListedEmail[] | null>
  /** The tags of one email; the list does not have them. */
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

const MOST_DELIVERIES = 500
/** Ten thousand emails back; on an account that sends more in a day, the rest stays unknown. */
const MOST_PAGES = 100
/** The provider's clock and ours. */
const SLACK_MS = 5 * 60_000

/**
 * Asks the provider what became of deliveries that were given up: goes back through what it sent, and
 * reads the tags of each email to an address in question. Only our own tag proves anything. Resolves to
 * how many it asked for and how many it found; whoever is not found stays unknown.
 */
export async function reconcileUnknown(
  deps: ReconcileDeps,
): Promise<{ asked: number; found: number }> {
  const { unknown, sent, pace, signal } = deps
  const wanted = new Map((await unknown.list(MOST_DELIVERIES)).map(one => [one.id, one]))
  const asked = wanted.size
  const addresses = new Set([...wanted.values()].map(one => one.address.toLowerCase()))
  const oldest = Math.min(...[...wanted.values()].map(one => one.claimedAt.getTime())) - SLACK_MS

  let after: string | undefined
  for (let page = 0; page < MOST_PAGES && wanted.size > 0 && !signal.aborted; page += 1) {
    if (!(await pace())) break
    const listed = await sent.list(after, signal)
    for (const email of listed ?? []) {
      const to = email.to.map(address => address.toLowerCase())
      if (!to.some(address => addresses.has(address))) continue
      if (!(await pace())) break
      const deliveryId = (await sent.readTags(email.id, signal))?.delivery_id
      // Our tag on an email to somebody else proves nothing.
      const tagged = deliveryId ? wanted.get(deliveryId) : undefined
      if (!deliveryId || !tagged || !to.includes(tagged.address.toLowerCase())) continue
      wanted.delete(deliveryId)
      await unknown.accept(deliveryId, email.id)
    }
    const last = listed?.at(-1)
    if (!last || last.createdAt.getTime() < oldest) break
    after = last.id
  }
  return { asked, found: asked - wanted.size }
}
