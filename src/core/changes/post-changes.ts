import { repeat } from '../repeat.ts'
import type { Change } from './change.ts'

const MINUTE_MS = 60_000
const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 60 * MINUTE_MS
const GIVE_UP_MS = 24 * 60 * MINUTE_MS

/** Changes that are posted in one request, and again in the same request until it succeeds. */
export interface ChangeBatch {
  /** The same for each try. */
  id: string
  /** The rows of the feed that it has: after the first number, up to the second. */
  rows: { after: number; through: number }
  changes: Change[]
  /** Tries that failed before. */
  failures: number
  /** Milliseconds since the first try failed; 0 before that. */
  failingForMs: number
}

export interface PostStore {
  /** The batch whose turn it is, for one process at a time; null if there is none. */
  claim(): Promise<ChangeBatch | null>
  /** Goes on with the next batch. */
  finish(batch: ChangeBatch): Promise<void>
  /** Lets the same batch be claimed again after this time. */
  postpone(batch: ChangeBatch, inMs: number): Promise<void>
}

export interface PostLog {
  failed(line: { batch: string; error: string; failures: number; nextInMs: number }): void
  /** The receiver has missed these changes; the feed still has them. */
  gaveUp(line: { batch: string; changes: number; error: string }): void
}

/** Resolves to why the receiver did not accept the batch; null if it did. Never throws. */
export type PostBatch = (batch: ChangeBatch) => Promise<string | null>

/** Posts batches until there is none, one fails, or `signal` aborts. Each is given up after 24 h. */
export async function postChanges(
  store: PostStore,
  post: PostBatch,
  log: PostLog,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const batch = await store.claim()
    if (!batch) return
    const error = batch.changes.length > 0 ? await post(batch) : null
    if (error === null) {
      await store.finish(batch)
      continue
    }
    if (batch.failingForMs >= GIVE_UP_MS) {
      log.gaveUp({ batch: batch.id, changes: batch.changes.length, error })
      await store.finish(batch)
      continue
    }
    const nextInMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(batch.failures, 20))
    log.failed({ batch: batch.id, error, failures: batch.failures + 1, nextInMs })
    await store.postpone(batch, nextInMs)
    return
  }
}

export interface ChangePosterOptions {
  post: (signal: AbortSignal) => Promise<void>
  /** Milliseconds between searches for changes. */
  every: number
  onError: (error: Error) => void
}

/**
 * Posts changes at intervals, apart from the work on emails. Returns a function that stops it and waits for
 * a request in flight, which `signal` cancels.
 */
export function startChangePoster({
  post,
  every,
  onError,
}: ChangePosterOptions): () => Promise<void> {
  const stopping = new AbortController()
  const stop = repeat({ work: () => post(stopping.signal), every, onError })
  return () => {
    stopping.abort()
    return stop()
  }
}
