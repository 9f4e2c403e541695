// npm run chaos -- --seed N --minutes M
import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { surviveLostConnections } from '../../src/db/client/survive-lost-connections.ts'
import { applyMigrations } from '../../src/db/migrate/migrate.ts'
import { startCluster } from '../../src/local/postgres/start-cluster.ts'
import { isBroken, runChaos } from './run-chaos.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string' }, minutes: { type: 'string', default: '1' } },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const minutes = Number(values.minutes)
if (!Number.isSafeInteger(seed) || !(minutes > 0)) {
  console.error('usage: npm run chaos -- [--seed N] [--minutes M]')
  process.exit(2)
}

surviveLostConnections()
execFileSync(process.execPath, ['launcher/build.js'], { stdio: 'inherit' })
const folder = await mkdtemp(join(tmpdir(), 'tidings-chaos-'))
await chmod(folder, 0o755)
const cluster = await startCluster({
  directory: join(folder, 'postgres'),
  settings: { fsync: 'off' },
})
try {
  await applyMigrations(cluster.url())
  console.log(`seed ${seed}, ${minutes} minutes`)
  const seconds = minutes * 60
  const result = await runChaos({ seed, seconds, databaseUrl: cluster.url(), say: console.log })
  console.table(result)
  process.exitCode = isBroken(result) ? 1 : 0
} finally {
  await cluster.stop()
  await rm(folder, { recursive: true, force: true })
}
