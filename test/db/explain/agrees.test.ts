import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { type EmailType, emailTypes } from '../../../src/core/email-type.ts'
import type { Explanation, TypeExplanation } from '../../../src/core/explain/explanation.ts'
import { holdReasons, type Verdict } from '../../../src/core/scan/rules.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { createExplainStore } from '../../../src/db/explain/explain-store.ts'
import { createDatabase } from '../../support/database.ts'
import { addEmail } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { createUsers, insertUsers, type UserHistory } from '../../support/random-histories.ts'
import { startService } from '../../support/service.ts'
import { rules } from '../../support/service-parts.ts'
import { verdictsAfter } from '../../support/verdicts-after.ts'

/** FC_SEED repeats a failed run with the same users. */
const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31)

const NOT_FIRST =
  'the first rule that does not hold is not that of the verdict (RULES): explain in the order of verdicts.ts'
const WRONG_TIME =
  'possibleFrom is not when the email becomes due: correct it, or add the column that the rule reads to TIMES in verdicts-after.ts'
const NO_TIME = 'the reminder becomes due by time alone, and possibleFrom is null'

/** Some users have their address elsewhere. */
const guarded = { ...rules, deliverOnly: ['@example.com'] }

interface ExplainedUser {
  user: UserHistory
  at: Date
  types: Explanation['types']
}

test('explain, the dry run and the run agree, and possible later emails wait only for time', async () => {
  const { db, run } = await startService({ env: { DELIVER_ONLY: '@example.com' } })
  const users = createUsers(300, seed)
  await insertUsers(db, users)
  const explained = await explainAll(db, users)

  for (const one of explained) for (const type of emailTypes) checkRules(one, type)
  await checkPossibleFrom(db, explained)
  await checkNeverPossible(db, explained)

  const userIds = users.map(user => user.userId)
  const dry = await run({ dryRun: true, userIds })
  for (const type of emailTypes) {
    const { due, skipped } = dry.counts.byType[type]
    expect({ ...skipped, due }).toEqual(countVerdicts(explained, type))
  }

  const real = await run({ userIds })
  expect(await readEmails(db, real.id)).toEqual(expectedEmails(explained))
}, 90_000)

test('notifications sent by another mailer are explained as such, not as ours or as too old', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 2 })
  await addEmail(db, userId, { days: 1 })
  const rule = (await createExplainStore(db, rules).explain(userId))?.types.new_notifications
    .rules[0]
  expect(rule?.text).toBe(
    '1 unread, newest 2 d ago; it is carried by an email that was not sent by Tidings',
  )
})

async function explainAll(db: Database, users: UserHistory[]): Promise<ExplainedUser[]> {
  const { explain } = createExplainStore(db, guarded)
  return Promise.all(
    users.map(async user => {
      const explanation = await explain(user.userId)
      if (!explanation) throw new Error('unknown user')
      return { user, at: explanation.at, types: explanation.types }
    }),
  )
}

/** The first rule that does not hold must be the one that the verdict names. */
function checkRules({ user, types }: ExplainedUser, type: EmailType): void {
  const { verdict, due, rules, notificationIds, possibleFrom }: TypeExplanation = types[type]
  const broken = rules.find(rule => !rule.holds)?.rule ?? 'due'
  expect({ broken, user, seed }, NOT_FIRST).toEqual({ broken: RULES[verdict], user, seed })
  expect(due).toBe(verdict === 'due')
  expect(notificationIds.length > 0).toBe(due)
  if (due) expect(possibleFrom).toBeNull()
}

/** Shifts the users' times instead of the clock. */
async function checkPossibleFrom(db: Database, explained: ExplainedUser[]): Promise<void> {
  const waiting = explained.flatMap(({ user, at, types }) => {
    const [type, from] =
      emailTypes.map(type => [type, types[type].possibleFrom] as const).find(([, from]) => from) ??
      []
    return from ? [{ user, type, seconds: (from.getTime() - at.getTime()) / 1_000 }] : []
  })
  for (const type of emailTypes) expect(waiting.some(of => of.type === type)).toBe(true)
  expect(waiting.length).toBeGreaterThan(5)
  const slack = 120
  for (const [shift, isDue] of [
    [slack, true],
    [-slack, false],
  ] as const) {
    const waits = waiting.map(of => ({ userId: of.user.userId, seconds: of.seconds + shift }))
    const verdicts = await verdictsAfter(db, waits, guarded)
    for (const { user, type } of waiting) {
      const after = verdicts.get(user.userId)
      const verdict =
        type === 'new_notifications' ? after?.newNotifications : after?.outstandingReminder
      expect({ isDue: verdict === 'due', shift, user, seed }, WRONG_TIME).toEqual({
        isDue,
        shift,
        user,
        seed,
      })
    }
  }
}

async function checkNeverPossible(db: Database, explained: ExplainedUser[]): Promise<void> {
  const never = explained.filter(({ types }) => {
    const { verdict, possibleFrom } = types.outstanding_reminder
    // After a rest or a hold, something new is announced first.
    const isWaiting = ['resting', ...holdReasons].includes(types.new_notifications.verdict)
    return verdict !== 'due' && verdict !== 'new_notifications_due' && !possibleFrom && !isWaiting
  })
  expect(never.length).toBeGreaterThan(20)
  const seconds = 400 * 86_400
  const verdicts = await verdictsAfter(
    db,
    never.map(of => ({ userId: of.user.userId, seconds })),
    guarded,
  )
  for (const { user } of never) {
    const reminder = verdicts.get(user.userId)?.outstandingReminder
    const found = { isDue: reminder === 'due', user, seed }
    expect(found, NO_TIME).toEqual({ isDue: false, user, seed })
  }
}

function countVerdicts(explained: ExplainedUser[], type: EmailType): Record<string, number> {
  const groups = Map.groupBy(explained, ({ types }) => types[type].verdict)
  const counts = [...groups].map(([verdict, group]) => [verdict, group.length] as const)
  expect(counts.length).toBeGreaterThan(4)
  return { due: 0, ...Object.fromEntries(counts) }
}

function expectedEmails(explained: ExplainedUser[]) {
  const mails = explained.flatMap(({ user, types }) =>
    emailTypes
      .filter(type => types[type].due)
      .map(type => ({ userId: user.userId, type, ids: types[type].notificationIds })),
  )
  expect(mails.length).toBeGreaterThan(20)
  return mails.sort((a, b) => (a.userId < b.userId ? -1 : 1))
}

async function readEmails(db: Database, runId: string) {
  const rows = await db.execute<{ userId: string; type: EmailType; ids: string[] }>(sql`
    select e.user_id as "userId", e.email_type as type, e.notification_ids as ids
    from notification_emails_sent e
    join tidings.attempts a on a.email_id = e.id
    join tidings.deliveries d on d.id = a.delivery_id
    where d.run_id = ${runId} and e.success order by e.user_id`)
  return [...rows]
}

/** The rule that each verdict belongs to. */
const RULES: Record<Verdict, string> = {
  due: 'due',
  unknown_user: 'none',
  unreadable: 'readable',
  opted_out: 'setting',
  invalid_address: 'address',
  not_allowed: 'delivery_guard',
  suppressed: 'suppression',
  refused_address: 'refused_address',
  resting: 'resting',
  in_flight: 'in_flight',
  paused: 'paused',
  nothing_new: 'something_new',
  new_notifications_due: 'no_new_notifications_email',
  nothing_outstanding: 'something_outstanding',
  cooldown: 'cooldown',
}
