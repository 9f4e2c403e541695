import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { createOperationGauges, type OperationReadings } from './operations.ts'

export interface Metrics {
  /** Counts an attempt at a batch by its outcome. */
  countAttempt(line: {
    emailType: string
    outcome: string
    emails: number
    accepted?: number
  }): void
  /** Counts a claim that failed by what became of its batch. */
  countClaimFailure(result: string): void
  /** Counts an event of the provider by its type. */
  countEvent(type: string): void
  /** Counts a user who has switched emails off, by link, API or dashboard. */
  countOptOut(): void
  /** Prometheus text. Rejects if the database cannot be queried. */
  read(): Promise<string>
  contentType: string
}

const HELP: Record<string, string> = {
  open: 'Deliveries whose request is in flight or will be retried',
  unknown_open: 'Deliveries without an answer that are still retried',
  unknown_final: 'Deliveries given up as unknown',
  batches_planned: 'Batches that are not claimed yet',
  batches_frozen: 'Batches that wait for an answer or a retry',
  runs_unfinished: 'Runs that are queued or running',
  lane_stopped: '1 while sending is stopped',
}

export interface Readings extends OperationReadings {
  backlog: Record<string, unknown>
}

/** Prometheus metrics: counters of this process and gauges of what the database holds. */
export function createMetrics(read: () => Promise<Readings>): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const labelNames = ['email_type', 'outcome']
  const attempts = new Counter({
    name: 'tidings_attempts_total',
    help: 'Attempts at a batch by outcome',
    labelNames,
    registers: [registry],
  })
  const emails = new Counter({
    name: 'tidings_attempted_emails_total',
    help: 'Emails in these attempts',
    labelNames,
    registers: [registry],
  })
  const final = new Counter({
    name: 'tidings_emails_total',
    help: 'Emails by final outcome, however often they were tried: accepted or failed',
    labelNames,
    registers: [registry],
  })
  const claimFailures = new Counter({
    name: 'tidings_claim_failures_total',
    help: 'Claims that failed, by what became of the batch: split, failed (one email) or postponed',
    labelNames: ['result'],
    registers: [registry],
  })
  const events = new Counter({
    name: 'tidings_provider_events_total',
    help: 'Events that the provider has reported to this process, by type',
    labelNames: ['type'],
    registers: [registry],
  })
  const optOuts = new Counter({
    name: 'tidings_opt_outs_total',
    help: 'Users who switched emails off, by link, API or dashboard; complaints are events',
    registers: [registry],
  })
  const setOperations = createOperationGauges(registry)
  const gauges = Object.entries(HELP).map(([name, help]) => ({
    name,
    gauge: new Gauge({ name: `tidings_${name}`, help, registers: [registry] }),
  }))
  return {
    contentType: registry.contentType,
    countAttempt({ emailType, outcome, emails: count, accepted }) {
      attempts.inc({ email_type: emailType, outcome })
      emails.inc({ email_type: emailType, outcome }, count)
      if (accepted === undefined) return
      final.inc({ email_type: emailType, outcome: 'accepted' }, accepted)
      final.inc({ email_type: emailType, outcome: 'failed' }, count - accepted)
    },
    countClaimFailure: result => claimFailures.inc({ result }),
    countEvent: type => events.inc({ type }),
    countOptOut: () => optOuts.inc(),
    async read() {
      const { backlog, ...operations } = await read()
      for (const { name, gauge } of gauges) gauge.set(Number(backlog[name]))
      setOperations(operations)
      return registry.metrics()
    },
  }
}
