import { expect, test } from 'vitest'
import { listFailures } from '../../../src/db/record/list-failures.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers } from '../../support/host.ts'
import { accepted, addRun, claim, claimNow, record, rejected } from '../../support/service-parts.ts'

test('each failure of a run is one line with the latest error of the email', async () => {
  const { db } = await createDatabase()
  const runId = await addRun(db)
  const [unanswered = '', refused = '', sent = ''] = await addDueUsers(db, 3)
  const first = await claimNow(db, [unanswered], { runId })
  await record(db, first, { kind: 'repeat', error: 'timeout: no answer' })
  const second = await claim(db, first.id)
  if (second) await record(db, second, { kind: 'repeat', error: 'network: reset' })
  const third = await claimNow(db, [refused], { runId })
  await record(db, third, rejected(third, 'validation_error: bad'))
  const fourth = await claimNow(db, [sent], { runId })
  await record(db, fourth, accepted(fourth))

  expect(await listFailures(db, runId, 10)).toEqual([
    `new_notifications to user ${unanswered}: network: reset`,
    `new_notifications to user ${refused}: validation_error: bad`,
  ])
  expect(await listFailures(db, runId, 1)).toHaveLength(1)
})
