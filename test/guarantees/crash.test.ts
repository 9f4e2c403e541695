import { expect, test } from 'vitest'
import { endLeases, openBlocker, terminate, untilGone } from '../support/blocked.ts'
import { createDatabase } from '../support/database.ts'
import { expectConsistent } from '../support/expect-consistent.ts'
import { addDueUsers, addNotification, addUser } from '../support/host.ts'
import { openProvider, startService } from '../support/service.ts'
import { startServiceProcess } from '../support/service-process.ts'
import { crashPoints } from './crash-points.ts'

const NEW = 130
const REMINDERS = 5

for (const { at, prepareCrash, commit, accepted = false } of crashPoints) {
  test(`killed ${at}: every user is emailed once, and every attempt has an outcome`, {
    timeout: 60_000,
  }, async () => {
    const database = await createDatabase()
    const { db } = database
    const provider = await openProvider()
    await addDueUsers(db, NEW)
    for (let index = 0; index < REMINDERS; index++) {
      await addNotification(db, await addUser(db), { days: 40 })
    }
    const holder = await openBlocker(database.ownerUrl)
    const setup = await prepareCrash({ db, holder, provider })
    const process = startServiceProcess(
      ['run', 'all'],
      database.url,
      setup.baseUrl ?? provider.baseUrl,
    )

    const waiting = await setup.reached()
    await process.kill()
    if (commit === 'lost') await terminate(db, waiting)
    await holder.release()
    await untilGone(db, waiting)
    if (accepted !== 'perhaps') expect(provider.mailbox.count > 0).toBe(accepted)
    await db.execute('drop function wait_here() cascade')
    provider.mailbox.setFault(null)
    await endLeases(db)

    const { run } = await startService({ database, provider })
    const { status } = await run()

    expect(status).toBe('completed')
    await expectConsistent(db, provider.mailbox, NEW + REMINDERS)
  })
}
