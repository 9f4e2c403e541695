import { expect, test } from 'vitest'
import { createDatabase } from '../setup/database.ts'
import { addDueUsers } from '../setup/host.ts'
import { openProvider } from '../setup/service.ts'
import { expectBalance } from './balance.ts'
import { openCommitProxy } from './commit-proxy.ts'
import { expectCalm, openNode, untilSettled } from './under-fire.ts'

const transactions = {
  'the scan': 'insert into "tidings"."batches"',
  'the claim': 'insert into "tidings"."claims"',
  'the record': `set state = 'accepted', provider_id`,
}

for (const [name, said] of Object.entries(transactions)) {
  for (const lose of ['commit', 'answer'] as const) {
    test(`the connection is lost in the commit of ${name}: the ${lose} is lost`, {
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
      await expectBalance(db, provider.mailbox, 250)
      expectCalm(node, { losses: 2 })
    })
  }
}
