import { createIdempotencyKeys, type KeptAnswer } from './idempotency.ts'
import { type Journal, openJournal } from './journal.ts'
import type { AcceptedRequest, Endpoint, StoredEmail } from './stored-email.ts'

/** The accepted emails, in memory and in the journal if there is one. */
export interface EmailStore {
  /** The number of emails ever accepted, including those no longer kept. */
  readonly count: number
  /** How many of them the service of this database has sent. */
  countOf(database: string | undefined): number
  /** The kept emails, newest first. */
  emails(): StoredEmail[]
  find(id: string): StoredEmail | undefined
  /** The answer to a key of the last 24 hours. */
  answerTo(scope: Endpoint, key: string, at: number): KeptAnswer | undefined
  /**
   * Stores a request. Throws if the journal cannot be written; then nothing was accepted.
   * @returns the answer for its key: that of another process if it was first with the same key, and then
   * nothing was accepted
   */
  accept(request: AcceptedRequest): KeptAnswer
}

export function createEmailStore(journalPath: string | undefined, keep: number): EmailStore {
  const keys = createIdempotencyKeys()
  const kept = new Map<string, StoredEmail>()
  const counts = new Map<string | undefined, number>()
  let count = 0

  /** The first request with a key in the journal wins, so all processes agree. */
  function add(request: AcceptedRequest): void {
    const { key, scope, at, emails } = request
    if (key !== null) {
      if (keys.find(scope, key, at) !== undefined) return
      keys.keep({ ...request, key })
    }
    for (const email of emails) {
      kept.set(email.id, email)
      counts.set(email.database, (counts.get(email.database) ?? 0) + 1)
    }
    for (const id of kept.keys()) {
      if (kept.size <= keep) break
      kept.delete(id)
    }
    count += emails.length
  }

  const journal: Journal | undefined = journalPath ? openJournal(journalPath, add) : undefined
  journal?.catchUp()

  return {
    get count() {
      journal?.catchUp()
      return count
    },
    countOf(database) {
      journal?.catchUp()
      return counts.get(database) ?? 0
    },
    emails() {
      journal?.catchUp()
      return [...kept.values()].reverse()
    },
    find(id) {
      journal?.catchUp()
      return kept.get(id)
    },
    answerTo(scope, key, at) {
      journal?.catchUp()
      return keys.find(scope, key, at)
    },
    accept(request) {
      if (journal === undefined) add(request)
      else journal.append(request)
      if (request.key === null) return request
      return keys.find(request.scope, request.key, request.at) ?? request
    },
  }
}
