import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Timing } from '../config/timing.ts'
import { type PostStore, postChanges, startChangePoster } from '../core/changes/post-changes.ts'
import { beginPosting, claimPost } from '../db/changes/claim-post.ts'
import { finishPost, postponePost } from '../db/changes/record-post.ts'
import type { Database } from '../db/client/connect.ts'
import { createPostBatch } from '../webhook/post-batch.ts'
import { levelOf } from './circuit-log.ts'

export interface ChangePosterParts {
  config: Config
  db: Database
  logger: Logger
  timing: Timing
}

/** How long one process may take for a batch; longer than a request can take. */
const LEASE_MS = 60_000

/**
 * Posts changes to EVENTS_URL, if it is set, beside the work on emails. Resolves to a function that stops
 * that and cancels a request in flight.
 */
export async function postChangesToReceiver({
  config: { changeReceiver },
  db,
  logger,
  timing,
}: ChangePosterParts): Promise<() => Promise<void>> {
  if (!changeReceiver) return async () => {}
  await beginPosting(db)
  const store: PostStore = {
    claim: () => claimPost(db, LEASE_MS),
    finish: batch => finishPost(db, batch),
    postpone: (batch, inMs) => postponePost(db, batch, inMs),
  }
  const log = {
    failed: (line: object) => logger.warn(line, 'EVENTS_URL did not accept changes'),
    gaveUp: (line: object) =>
      logger.error(
        line,
        'EVENTS_URL did not accept changes for 24 h; they stay in GET /v1/changes',
      ),
  }
  return startChangePoster({
    post: signal => postChanges(store, createPostBatch(changeReceiver, signal), log, signal),
    every: timing.postEvery,
    onError: err => logger[levelOf(err)]({ err }, 'posting changes failed; it will be retried'),
  })
}
