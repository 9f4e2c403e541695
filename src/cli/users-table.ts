import { reasons } from '../core/scan/reasons.ts'
import type { DemoUserVerdicts } from '../db/demo/list-users.ts'
import type { Output } from './output.ts'
import type { Painted } from './styles.ts'
import { type Column, table } from './table.ts'
import { hang } from './wrap.ts'

const COLUMNS: Column[] = [
  { head: '', shrink: 'wrap', least: 30 },
  { head: 'users', align: 'right' },
  { head: 'for example', shrink: 'cut', least: 14 },
]

/** Groups users by verdict: those who are due first, then the others, largest group first. */
export function demoUsersTable(users: DemoUserVerdicts[], output: Output): (string | Painted)[] {
  const groups = [...Map.groupBy(users, verdictOf)].sort(
    ([a, users], [b, others]) =>
      Number(b.startsWith('due')) - Number(a.startsWith('due')) || others.length - users.length,
  )
  const isWide = output.columns === undefined || output.columns >= 100
  const rows = groups.map(([verdict, group]) => {
    const names = group.slice(0, isWide ? 3 : 1).map(({ name }) => name)
    return [verdict, String(group.length), names.join(', ')]
  })
  rows.push(['all users', String(users.length), ''])
  return (
    table(COLUMNS, rows, output) ??
    rows.flatMap(([verdict = '', count = '']) =>
      hang(`  ${count.padStart(6)}  `, verdict, output.columns),
    )
  )
}

function verdictOf(user: DemoUserVerdicts): string {
  const { newNotifications, outstandingReminder, hasUnread, isMailed } = user
  if (newNotifications === 'due') return 'due: new_notifications'
  if (outstandingReminder === 'due') return 'due: outstanding_reminder'
  if (!hasUnread) return 'not due: nothing unread'
  const isTooSoon = ['nothing_outstanding', 'cooldown'].includes(outstandingReminder)
  if (isMailed && isTooSoon) return 'not due: already emailed by the last demo'
  return `not due: ${reasons[outstandingReminder] ?? outstandingReminder}`
}
