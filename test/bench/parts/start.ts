import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { withCluster } from '../cluster.ts'
import { makeHost } from '../host.ts'
import type { Part } from '../part.ts'
import { environmentOf, listeningAt, MAIN, untilReady } from '../service.ts'
import { middleOf } from '../times.ts'

const ROUNDS = 9
const dist = (path: string) => new URL(`../../../dist/${path}`, import.meta.url).href
/** What `serve` loads before it starts anything. */
const LOAD = `
  const { shortenResolution } = await import('${dist('cli/shorten-resolution.js')}')
  shortenResolution()
  await import('${import.meta.resolve('commander')}')
  await import('${dist('cli/serve.js')}')`

/** From nothing to ready, and what of it is the loading of modules. */
export const start: Part = {
  about:
    'from spawning `serve` to /health/ready, on a migrated database, beside processes that only load',
  run: ({ say }) =>
    withCluster(async cluster => {
      const host = await makeHost(cluster, { people: 1_000 })
      const cache = await mkdtemp(join(tmpdir(), 'tidings-bench-cache-'))
      const cached = { NODE_COMPILE_CACHE: cache }
      const env = environmentOf({
        databaseUrl: host.serviceUrl,
        // Nobody is there, and nobody is asked.
        baseUrl: 'http://127.0.0.1:9/mailbox/api',
      })
      const jobs: Record<string, () => Promise<number>> = {
        'ours: serve, until it is ready': () => serve(env),
        'the same with a compile cache': () => serve({ ...env, ...cached }),
        'its modules alone, loaded': () => evaluate(LOAD),
        'the same with the cache': () => evaluate(LOAD, cached),
        'bare: node -e 0': () => evaluate('0'),
      }
      try {
        const times = new Map(Object.keys(jobs).map(what => [what, [] as number[]]))
        for (let round = 0; round <= ROUNDS; round += 1) {
          say(round === 0 ? '  warming up' : `  round ${round} of ${ROUNDS}`)
          for (const [what, job] of Object.entries(jobs)) {
            const ms = await job()
            if (round > 0) times.get(what)?.push(ms)
          }
        }
        return [
          {
            measures: [...times].map(([what, of]) => ({ what, unit: 'ms', ...middleOf(of) })),
            notes: ['the cache is NODE_COMPILE_CACHE, filled by the first round'],
          },
        ]
      } finally {
        await rm(cache, { recursive: true, force: true })
        await host.drop()
      }
    }),
}

type Environment = Record<string, string>

/** Milliseconds until the service answers that it is ready; it is stopped then. */
async function serve(env: Environment): Promise<number> {
  const begin = performance.now()
  const child = launch([MAIN, 'serve'], env)
  const exited = once(child, 'exit')
  try {
    for await (const line of createInterface({ input: child.stderr })) {
      const url = listeningAt(line)
      if (!url) continue
      await untilReady(url)
      return performance.now() - begin
    }
    throw new Error('the service ended before it listened')
  } finally {
    child.kill('SIGTERM')
    child.stderr.resume()
    await exited
  }
}

/** Milliseconds that a process takes from its start to its end, with this to do. */
async function evaluate(script: string, env: Environment = {}): Promise<number> {
  const begin = performance.now()
  const child = launch(['--input-type=module', '--eval', script], env)
  child.stderr.pipe(process.stderr)
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`a process ended with ${code}`)
  return performance.now() - begin
}

function launch(args: string[], env: Environment) {
  return spawn(process.execPath, args, {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}
