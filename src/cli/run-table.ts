import Table from 'cli-table3'
import { emailTypes } from '../core/render/digest.ts'
import type { Run, Skipped } from '../core/trigger/run.ts'

/** Reasons as people say them; one that is not here stands for itself. */
export const REASONS: Record<string, string> = {
  unknown_user: 'no such user',
  opted_out: 'switched emails off',
  invalid_address: 'address cannot be mailed',
  suppressed: 'address bounced or complained',
  in_flight: 'an email is under way',
  nothing_new: 'nothing new since the last email',
  new_notifications_due: 'gets the new-notifications email instead',
  nothing_outstanding: 'nothing unread for long enough',
  cooldown: 'mailed a few days ago',
  mailed_in_run: 'mailed in this run already',
}

/** What a run did, or would do, for each type. */
export function runTable(run: Run): string {
  const types = emailTypes.filter(type => run.type === 'all' || run.type === type)
  const table = new Table({
    head: ['', ...types],
    ...tableLook(),
    colAligns: ['left', ...types.map(() => 'right' as const)],
  })
  const row = (name: string, pick: (type: (typeof types)[number]) => number) =>
    table.push([name, ...types.map(type => String(pick(type)))])
  const counts = run.counts.byType
  row(run.dryRun ? 'would be mailed' : 'due', type => counts[type].due)
  if (!run.dryRun) {
    row('accepted', type => counts[type].sent)
    row('failed', type => counts[type].failed)
    row('unknown', type => counts[type].unknown)
  }
  const reasons = new Set(types.flatMap(type => Object.keys(counts[type].skipped)))
  for (const reason of reasons) {
    row(`skipped: ${REASONS[reason] ?? reason}`, type => count(counts[type].skipped, reason))
  }
  return table.toString()
}

/** Dense, and coloured on a terminal only. */
export function tableLook() {
  const colours = process.stdout.isTTY
    ? { head: ['bold'], border: ['grey'] }
    : { head: [], border: [] }
  return { style: { ...colours, compact: true } }
}

function count(skipped: Skipped, reason: string): number {
  return skipped[reason] ?? 0
}
