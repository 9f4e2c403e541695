import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

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

/** Prometheus metrics: counters of this process and gauges of the database's backlog. */
export function createMetrics(readBacklog: () => Promise<Record<string, unknown>>): Metrics {
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
    async read() {
      const backlog = await readBacklog()
      for (const { name, gauge } of gauges) gauge.set(Number(backlog[name]))
      return registry.metrics()
    },
  }
}
