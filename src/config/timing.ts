/** In milliseconds, except for the last five. */
export interface Timing {
  /** Timeout of a request to the provider. */
  request: number
  /** How long a claimed batch belongs to its worker. Must be longer than `request`. */
  lease: number
  /** Wait before the second attempt at a request without an answer. */
  firstBackoff: number
  /** Interval of the rescuer and of the circuit breaker's checks. */
  rescueEvery: number
  /** Wait from a stop of sending to the first probe. */
  firstProbe: number
  /** Longest wait between probes. */
  longestProbe: number
  /** Timeout of a probe. Less than `firstProbe`, so that probes do not overlap. */
  probe: number
  /** Work without progress for this long is enqueued again. */
  stalledAfter: number
  /** How long a shutdown waits for requests to the provider. */
  shutdownTimeout: number
  /** How long a shutdown waits for running HTTP requests. */
  httpGrace: number
  /** Limit of the whole shutdown. An orchestrator typically kills the process after 30 s. */
  stop: number
  /** Timeout for receiving an HTTP request; half of it for the headers. */
  httpRequest: number
  /** How long the cron route waits for its run. */
  cronTimeout: number
  /** Interval between reads of a run that has followers. */
  watchEvery: number
  /** Interval between searches for changes to post. */
  postEvery: number
  /** Unread notifications per page of the scan; evaluation takes about 2 µs for each. */
  pageSize: number
  /** Batches in flight at once, each with its packed request: enough for 10/s and answers after 3 s. */
  concurrency: number
  /** Concurrent HTTP connections. */
  connections: number
  /** Connections of the service's pool to the database, at most. */
  databasePool: number
  /** Connections of the queue's pool, at most; listening takes one more. */
  queuePool: number
}

/** For a provider that answers within seconds. */
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
  postEvery: 2_000,
  pageSize: 10_000,
  concurrency: 32,
  connections: 1_000,
  databasePool: 10,
  queuePool: 4,
}
