import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { isBroken, runChaos } from './run-chaos.ts'

test('kills, faults and cut connections break no guarantee', { timeout: 240_000 }, async () => {
  const { url, ownerUrl } = await createDatabase()
  const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000)
  console.log(`chaos with seed ${seed}`)

  const result = await runChaos({ seed, seconds: 20, databaseUrl: url, ownerUrl, say: console.log })

  console.table(result)
  expect(isBroken(result), `seed ${seed}: ${JSON.stringify(result)}`).toBe(false)
  expect(result.accepted).toBeGreaterThan(0)
  expect(result.kills).toBeGreaterThan(0)
})
