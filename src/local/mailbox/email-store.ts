import { createIdempotencyKeys, type KeptAnswer } from './idempotency.ts'
import { type Journal, openJournal } from './journal.ts'
import type { AcceptedRequest, Endpoint, StoredEmail } from './stored-email.ts'

/** Everything that was accepted: in memory, and in the journal when there is one. */
export interface EmailStore {
  /** Accepted emails ever, also those no longer kept. */
  readonly count: number
  /** The newest emails, newest first. */
  emails(): StoredEmail[]
  find(id: string): StoredEmail | undefined
  /** What a key of the last 24 hours was answered. */
  answerTo(scope: Endpoint, key: string, at: number): KeptAnswer | undefined
  /**
   * Writes down a request. Throws when the journal cannot be written: then nothing was accepted.
   * @returns what its key is answered with; not this request's answer when another process that
   * shares the journal got in first with the same key, and then nothing was accepted
   */
  accept(request: AcceptedRequest): KeptAnswer
}

export function createEmailStore(journalPath: string | undefined, keep: number): EmailStore {
  const keys = createIdempotencyKeys()
  const kept = new Map<string, StoredEmail>()
  let count = 0

  /** The first request with a key wins, whichever process wrote it and whoever reads it. */
  function add(request: AcceptedRequest): void {
    const { key, scope, at, emails } = request
    if (key !== null) {
      if (keys.find(scope, key, at) !== undefined) return
      keys.keep({ ...request, key })
    }
    for (const email of emails) kept.set(email.id, email)
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
