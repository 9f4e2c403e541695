import { Gauge, type Registry } from 'prom-client'
import { type Reputation, reputationLimits } from '../../core/send/reputation-limits.ts'
import type { WorkHealth } from '../../core/work-health.ts'
import type { Operations } from '../../db/runs/read-operations.ts'

/** What the gauges below show. */
export interface OperationReadings {
  operations: Operations
  health: WorkHealth
  /** Null if there are too few bounces and complaints to matter. */
  reputation: Reputation | null
  /** The longest time between the next scheduled runs; null if `SCHEDULE` is off. */
  scheduleSeconds: number | null
}

/** Registers the gauges for alerts. Returns a function that sets them. */
export function createOperationGauges(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `tidings_${name}`, help, labelNames, registers: [registry] })
  const lastRun = gauge(
    'last_completed_run_timestamp_seconds',
    'When the last run over all users was completed; 0 before the first',
  )
  const schedule = gauge(
    'schedule_interval_seconds',
    'Longest time between the next scheduled runs; 0 if SCHEDULE is off',
  )
  const skipped = gauge(
    'last_run_skipped',
    'Users that the last completed run did not email, by reason',
    'reason',
  )
  const oldest = gauge('oldest_batch_seconds', 'Age of the oldest batch without an outcome')
  const worker = gauge(
    'worker_seen_timestamp_seconds',
    'When a worker last looked for work; 0 if none ever has',
  )
  const jobs = gauge('queue_jobs', 'Jobs of the queue that wait or run', 'queue', 'state')
  const unanswered = gauge(
    'unanswered_requests',
    'Requests to the provider that failed three times or more and are repeated',
  )
  const unclaimed = gauge('unclaimed_batches', 'Batches whose claim failed three times or more')
  const share = gauge(
    'reputation_ratio',
    'Share of the emails accepted in 24 h that bounced or caused complaints; 0 while there are few',
    'kind',
  )
  const limit = gauge('reputation_limit_ratio', 'The share at which sending stops', 'kind')

  return ({ operations, health, reputation, scheduleSeconds }: OperationReadings): void => {
    lastRun.set(operations.lastCompletedRun ?? 0)
    schedule.set(scheduleSeconds ?? 0)
    skipped.reset()
    for (const [reason, count] of Object.entries(operations.skipped)) skipped.set({ reason }, count)
    oldest.set(operations.oldestBatch ? Date.now() / 1_000 - operations.oldestBatch : 0)
    worker.set(health.workerSeenAt ? health.workerSeenAt.getTime() / 1_000 : 0)
    jobs.reset()
    for (const { queue, state, count } of operations.jobs) jobs.set({ queue, state }, count)
    unanswered.set(health.unanswered?.requests ?? 0)
    unclaimed.set(health.failedClaims?.batches ?? 0)
    for (const [kind, count] of [
      ['bounced', reputation?.bounced ?? 0],
      ['complained', reputation?.complained ?? 0],
    ] as const) {
      share.set({ kind }, reputation ? count / Math.max(reputation.accepted, count, 1) : 0)
      limit.set({ kind }, reputationLimits[kind])
    }
  }
}
