import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export interface Metrics {
  /** One attempt at a batch has come to an outcome. */
  countAttempt(line: { emailType: string; outcome: string; emails: number }): void
  /** Prometheus text. Rejects when the database cannot be asked. */
  read(): Promise<string>
  contentType: string
}

const HELP: Record<string, string> = {
  open: 'Deliveries whose request is under way or goes again',
  unknown_open: 'Deliveries without an answer that are still repeated',
  unknown_final: 'Deliveries given up as unknown',
  batches_planned: 'Batches that nobody has claimed yet',
  batches_frozen: 'Batches that wait for an answer or a repetition',
  runs_unfinished: 'Runs that wait or go on',
  lane_stopped: '1 while sending is stopped',
}

/** Figures for Prometheus: what this process does, and what is under way in the database. */
export function createMetrics(readBacklog: () => Promise<Record<string, unknown>>): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const labelNames = ['email_type', 'outcome']
  const attempts = new Counter({
    name: 'tidings_attempts_total',
    help: 'Attempts at a batch by what the answer meant',
    labelNames,
    registers: [registry],
  })
  const emails = new Counter({
    name: 'tidings_attempted_emails_total',
    help: 'Emails in these attempts',
    labelNames,
    registers: [registry],
  })
  const gauges = Object.entries(HELP).map(([name, help]) => ({
    name,
    gauge: new Gauge({ name: `tidings_${name}`, help, registers: [registry] }),
  }))
  return {
    contentType: registry.contentType,
    countAttempt({ emailType, outcome, emails: count }) {
      attempts.inc({ email_type: emailType, outcome })
      emails.inc({ email_type: emailType, outcome }, count)
    },
    async read() {
      const backlog = await readBacklog()
      for (const { name, gauge } of gauges) gauge.set(Number(backlog[name]))
      return registry.metrics()
    },
  }
}
