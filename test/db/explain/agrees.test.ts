import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { type EmailType, emailTypes } from '../../../src/core/email-type.ts'
import type { Explanation, TypeExplanation } from '../../../src/core/explain/explanation.ts'
import type { Verdict } from '../../../src/core/scan/rules.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { createExplainStore } from '../../../src/db/explain/explain-store.ts'
import { createDatabase } from '../../support/database.ts'
import { addEmail } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { createUsers, insertUsers, type UserHistory } from '../../support/random-histories.ts'
import { startService } from '../../support/service.ts'
import { rules } from '../../support/service-parts.ts'
import { verdictsAfter } from '../../support/verdicts-after.ts'

/** FC_SEED gives the people of a failed run again. */
const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31)

/** Some users have their address elsewhere. */
const guarded = { ...rules, deliverOnly: ['@example.com'] }

interface Told {
  person: UserHistory
  at: Date
  types: Explanation['types']
}

test('explain, the dry run and the run never disagree, and what is possible later waits for time alone', async () => {
  const { db, run } = await startService({ env: { DELIVER_ONLY: '@example.com' } })
  const people = createUsers(300, seed)
  await insertUsers(db, people)
  const told = await explainAll(db, people)

  for (const one of told) for (const type of emailTypes) checkRules(one, type)
  await checkPossibleFrom(db, told)
  await checkNeverPossible(db, told)

  const userIds = people.map(person => person.userId)
  const dry = await run({ dryRun: true, userIds })
  for (const type of emailTypes) {
    const { due, skipped } = dry.counts.byType[type]
    expect({ ...skipped, due }).toEqual(countVerdicts(told, type))
  }

  const real = await run({ userIds })
  expect(await readMailed(db, real.id)).toEqual(whomItWouldMail(told))
}, 90_000)

test('what somebody else has mailed is told as such, and neither as ours nor as too old', async () => {
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

async function explainAll(db: Database, people: UserHistory[]): Promise<Told[]> {
  const { explain } = createExplainStore(db, guarded)
  return Promise.all(
    people.map(async person => {
      const explanation = await explain(person.userId)
      if (!explanation) throw new Error('a person is unknown')
      return { person, at: explanation.at, types: explanation.types }
    }),
  )
}

/** The first rule that does not hold is the one that the verdict names. */
function checkRules({ person, types }: Told, type: EmailType): void {
  const { verdict, due, rules, notificationIds, possibleFrom }: TypeExplanation = types[type]
  const broken = rules.find(rule => !rule.holds)?.rule ?? 'due'
  expect({ broken, person, seed }).toEqual({ broken: RULES[verdict], person, seed })
  expect(due).toBe(verdict === 'due')
  expect(notificationIds.length > 0).toBe(due)
  if (due) expect(possibleFrom).toBeNull()
}

/** The people's times are moved, instead of the clock. */
async function checkPossibleFrom(db: Database, told: Told[]): Promise<void> {
  const waiting = told.flatMap(({ person, at, types }) => {
    const from = types.outstanding_reminder.possibleFrom
    return from ? [{ person, seconds: (from.getTime() - at.getTime()) / 1_000 }] : []
  })
  expect(waiting.length).toBeGreaterThan(5)
  const slack = 120
  for (const [shift, isDue] of [
    [slack, true],
    [-slack, false],
  ] as const) {
    const waits = waiting.map(of => ({ userId: of.person.userId, seconds: of.seconds + shift }))
    const verdicts = await verdictsAfter(db, waits, guarded)
    for (const { person } of waiting) {
      const reminder = verdicts.get(person.userId)?.outstandingReminder
      expect({ isDue: reminder === 'due', shift, person, seed }).toEqual({
        isDue,
        shift,
        person,
        seed,
      })
    }
  }
}

async function checkNeverPossible(db: Database, told: Told[]): Promise<void> {
  const never = told.filter(({ types }) => {
    const { verdict, possibleFrom } = types.outstanding_reminder
    return verdict !== 'due' && verdict !== 'new_notifications_due' && !possibleFrom
  })
  expect(never.length).toBeGreaterThan(20)
  const seconds = 400 * 86_400
  const verdicts = await verdictsAfter(
    db,
    never.map(of => ({ userId: of.person.userId, seconds })),
    guarded,
  )
  for (const { person } of never) {
    const reminder = verdicts.get(person.userId)?.outstandingReminder
    expect({ isDue: reminder === 'due', person, seed }).toEqual({ isDue: false, person, seed })
  }
}

function countVerdicts(told: Told[], type: EmailType): Record<string, number> {
  const groups = Map.groupBy(told, ({ types }) => types[type].verdict)
  const counts = [...groups].map(([verdict, group]) => [verdict, group.length] as const)
  expect(counts.length).toBeGreaterThan(4)
  return { due: 0, ...Object.fromEntries(counts) }
}

function whomItWouldMail(told: Told[]) {
  const mails = told.flatMap(({ person, types }) =>
    emailTypes
      .filter(type => types[type].due)
      .map(type => ({ userId: person.userId, type, ids: types[type].notificationIds })),
  )
  expect(mails.length).toBeGreaterThan(20)
  return mails.sort((a, b) => (a.userId < b.userId ? -1 : 1))
}

async function readMailed(db: Database, runId: string) {
  const rows = await db.execute<{ userId: string; type: EmailType; ids: string[] }>(sql`
    select e.user_id as "userId", e.email_type as type, e.notification_ids as ids
    from notification_emails_sent e
    join tidings.attempts a on a.email_id = e.id
    join tidings.deliveries d on d.id = a.delivery_id
    where d.run_id = ${runId} and e.success order by e.user_id`)
  return [...rows]
}

/** Which rule each verdict is of. */
const RULES: Record<Verdict, string> = {
  due: 'due',
  unknown_user: 'none',
  opted_out: 'setting',
  invalid_address: 'address',
  not_allowed: 'delivery_guard',
  suppressed: 'suppression',
  in_flight: 'in_flight',
  nothing_new: 'something_new',
  new_notifications_due: 'no_new_notifications_email',
  nothing_outstanding: 'something_outstanding',
  cooldown: 'cooldown',
}
