import { reasons } from '../core/scan/reasons.ts'
import type { DemoUserVerdicts } from '../db/demo/list-users.ts'
import type { Output } from './output.ts'
import type { Painted } from './styles.ts'
import { type Column, table } from './table.ts'
import { hang } from './wrap.ts'

const COLUMNS: Column[] = [
  { head: '', gives: 'wrap', least: 30 },
  { head: 'people', align: 'right' },
  { head: 'for example', gives: 'cut', least: 14 },
]

/** Everybody in a row of the table: those who are due first, then the others by how many they are. */
export function demoUsersTable(members: DemoUserVerdicts[], output: Output): (string | Painted)[] {
  const groups = [...Map.groupBy(members, standingOf)].sort(
    ([a, those], [b, others]) =>
      Number(b.startsWith('due')) - Number(a.startsWith('due')) || others.length - those.length,
  )
  const isWide = output.columns === undefined || output.columns >= 100
  const rows = groups.map(([standing, group]) => {
    const names = group.slice(0, isWide ? 3 : 1).map(({ name }) => name)
    return [standing, String(group.length), names.join(', ')]
  })
  rows.push(['everybody', String(members.length), ''])
  return (
    table(COLUMNS, rows, output) ??
    rows.flatMap(([standing = '', count = '']) =>
      hang(`  ${count.padStart(6)}  `, standing, output.columns),
    )
  )
}

function standingOf(member: DemoUserVerdicts): string {
  const { newNotifications, outstandingReminder, hasUnread, isMailed } = member
  if (newNotifications === 'due') return 'due: new_notifications'
  if (outstandingReminder === 'due') return 'due: outstanding_reminder'
  if (!hasUnread) return 'not due: nothing unread'
  const byTime = ['nothing_outstanding', 'cooldown'].includes(outstandingReminder)
  if (isMailed && byTime) return 'not due: already mailed by the last demo'
  return `not due: ${reasons[outstandingReminder] ?? outstandingReminder}`
}
