// npm run bench -- [PART…] [--people N,…] [--json] [--write]
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { removeClusters } from './cluster.ts'
import { describeMachine } from './machine.ts'
import type { Part, Result } from './part.ts'
import { asTable, writeResults } from './show.ts'

/** Each part is loaded when it runs, so that its modules do not affect the others. */
const parts: Record<string, () => Promise<Part>> = {
  planning: async () => (await import('./parts/planning.ts')).planning,
  growth: async () => (await import('./parts/growth.ts')).growth,
  render: async () => (await import('./parts/render.ts')).render,
  delivery: async () => (await import('./parts/delivery.ts')).delivery,
  limit: async () => (await import('./parts/limit.ts')).limit,
  queue: async () => (await import('./parts/queue.ts')).queue,
  memory: async () => (await import('./parts/memory.ts')).memory,
  start: async () => (await import('./parts/start.ts')).start,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    people: { type: 'string', default: '10000,100000' },
    /** Also writes the results to docs/performance.md. */
    write: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter(name => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(
    `unknown part: ${unknown.join(', ')}; the parts are ${Object.keys(parts).join(', ')}`,
  )
  process.exit(2)
}

const people = values.people.split(',').map(Number)
if (!people.every(count => Number.isSafeInteger(count) && count > 0)) {
  console.error('--people must be whole numbers, separated by commas')
  process.exit(2)
}

// The measured processes exit together with this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    // Work in progress fails when its database is removed; ignore those errors.
    process.on('uncaughtException', () => {})
    await removeClusters()
    process.exit(130)
  })
}

// Measure the service as it is shipped: compiled and in production mode.
execFileSync(process.execPath, ['launcher/build.js'], { stdio: 'inherit' })
process.env.NODE_ENV = 'production'

const say = (line: string) => console.error(line)
const names = positionals.length > 0 ? positionals : Object.keys(parts)
const results: Record<string, Result[]> = {}
const machine = await describeMachine()
const named = Object.values(machine).join(', ')
if (!values.json) console.log(`${named}\n`)
for (const name of names) {
  const part = await parts[name]?.()
  if (!part) continue
  say(`${name}: ${part.about}`)
  const measured = await part.run({ say, people })
  results[name] = measured
  if (!values.json) for (const result of measured) console.log(asTable(result))
  if (values.write) {
    const command = `npm run bench -- ${name} --people ${values.people}`
    await writeResults(name, measured, { command, machine: named })
  }
}
if (values.json) console.log(JSON.stringify({ machine, people, results }, null, 2))
