/** Milliseconds, but for the last five. */
export interface Timing {
  /** After that a request counts as unanswered. */
  request: number
  /** For how long a claimed batch belongs to its worker; more than a request can take. */
  lease: number
  /** Before the second attempt at a request that got no answer. */
  firstBackoff: number
  /** Between two checks for stalled work, and of the circuit breaker. */
  rescueEvery: number
  /** From a stop of sending to the first probe. */
  firstProbe: number
  /** Between two probes, at most. */
  longestProbe: number
  /** After that a probe counts as unanswered. Less than `firstProbe`, so that one goes at a time. */
  probe: number
  /** Work that nobody touched for so long is enqueued again. */
  stalledAfter: number
  /** How long a stopping process waits for requests to the provider. */
  shutdownTimeout: number
  /** How long a stop waits for answers in flight, over HTTP. */
  httpGrace: number
  /** How long a stop may take, whatever does not end: with what comes before it, less than 30 s. */
  stop: number
  /** A request that has not arrived by then, the headers in half of it, is cut off. */
  httpRequest: number
  /** How long the cron route waits for its run. */
  cronTimeout: number
  /** Between two looks at a run that somebody follows. */
  watchEvery: number
  /** Unread notifications a page of the scan; judging takes some 2 µs for each. */
  pageSize: number
  /** Batches in hand at once, each with its packed request: a rate of 10/s times an answer in 3 s. */
  concurrency: number
  /** Connections over HTTP at once. */
  connections: number
  /** Connections of the service's pool to the database, at most. */
  databasePool: number
  /** Connections of the queue's pool, at most; listening takes one more. */
  queuePool: number
}

/** What suits a provider that answers within seconds. */
export const usualTiming: Timing = {
  request: 30_000,
  lease: 40_000,
  firstBackoff: 2_000,
  rescueEvery: 5_000,
  firstProbe: 15_000,
  longestProbe: 300_000,
  probe: 10_000,
  stalledAfter: 15_000,
  shutdownTimeout: 12_000,
  httpGrace: 5_000,
  stop: 22_000,
  httpRequest: 30_000,
  cronTimeout: 300_000,
  watchEvery: 500,
  pageSize: 10_000,
  concurrency: 32,
  connections: 1_000,
  databasePool: 10,
  queuePool: 4,
}
