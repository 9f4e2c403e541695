import { expect, test } from 'vitest'
import { openCommitProxy } from '../support/commit-proxy.ts'
import { createDatabase } from '../support/database.ts'
import { expectConsistent } from '../support/expect-consistent.ts'
import { expectFewLogLines, openNode, untilSettled } from '../support/faulty-connection.ts'
import { addDueUsers } from '../support/host.ts'
import { openProvider } from '../support/service.ts'

const transactions = {
  'the scan': 'insert into "tidings"."batches"',
  'the claim': 'insert into "tidings"."claims"',
  'the record': `set state = 'accepted', provider_id`,
}

for (const [name, said] of Object.entries(transactions)) {
  for (const lose of ['commit', 'answer'] as const) {
    test(`the connection breaks in the commit of ${name}: the ${lose} is lost`, {
      timeout: 60_000,
    }, async () => {
      const { db, url } = await createDatabase()
      const provider = await openProvider()
      await addDueUsers(db, 250)
      const proxy = await openCommitProxy(url, { said, lose, times: 2 })
      const node = await openNode(proxy.url, provider.baseUrl)

      expect(await node.startRun()).toBe(true)
      await untilSettled(db)

      expect(proxy.hit).toBe(2)
      await expectConsistent(db, provider.mailbox, 250)
      expectFewLogLines(node, { losses: 2 })
    })
  }
}
