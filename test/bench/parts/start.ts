import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { withCluster } from '../cluster.ts'
import { makeHost } from '../host.ts'
import type { Part } from '../part.ts'
import { environmentOf, listeningAt, MAIN, SHIPPED_FLAGS, untilReady } from '../service.ts'
import { medianOf } from '../times.ts'

const ROUNDS = 9
const dist = (path: string) => new URL(`../../../dist/${path}`, import.meta.url).href
/** The modules that `serve` loads at its start. */
const LOAD = `
  const { shortenResolution } = await import('${dist('cli/shorten-resolution.js')}')
  shortenResolution()
  await import('${import.meta.resolve('commander')}')
  await import('${dist('cli/serve.js')}')`

/** The time from the start of the process to ready, and how much of it is loading modules. */
export const start: Part = {
  about:
    'from spawning `serve` to /health/ready, on a migrated database, against processes that only load modules',
  run: ({ say }) =>
    withCluster(async cluster => {
      const host = await makeHost(cluster, { people: 1_000 })
      const cache = await mkdtemp(join(tmpdir(), 'tidings-bench-cache-'))
      const cached = { NODE_COMPILE_CACHE: cache }
      const env = environmentOf({
        databaseUrl: host.serviceUrl,
        // Nothing listens there; no request is sent.
        baseUrl: 'http://127.0.0.1:9/mailbox/api',
      })
      const times = new Map<string, number[]>()
      try {
        for (let round = 0; round <= ROUNDS; round += 1) {
          say(round === 0 ? '  warming up' : `  round ${round} of ${ROUNDS}`)
          const plain = await serve(env)
          const quick = await serve({ ...env, ...cached })
          const took = {
            'Tidings: serve, until it is ready': plain.ready,
            'until it takes jobs': plain.working,
            'with a compile cache, until it is ready': quick.ready,
            'with a compile cache, until it takes jobs': quick.working,
            'its modules alone': await evaluate(LOAD),
            'its modules alone, with a compile cache': await evaluate(LOAD, cached),
            'bare: node -e 0': await evaluate('0'),
          }
          if (round === 0) continue
          for (const [what, ms] of Object.entries(took)) {
            times.set(what, [...(times.get(what) ?? []), ms])
          }
        }
        return [
          {
            measures: [...times].map(([what, of]) => ({ what, unit: 'ms', ...medianOf(of) })),
            notes: [
              'the modules alone: a process that imports them and ends; the templates, which the first batch loads, are not among them',
              'the compile cache is NODE_COMPILE_CACHE, filled by the first round',
            ],
          },
        ]
      } finally {
        await rm(cache, { recursive: true, force: true })
        await host.drop()
      }
    }),
}

type Environment = Record<string, string>

/** Milliseconds until `/health/ready` answers, and until the log says `listening`. */
async function serve(env: Environment): Promise<{ ready: number; working: number }> {
  const port = await freePort()
  const begin = performance.now()
  const child = launch([...SHIPPED_FLAGS, MAIN, 'serve'], { ...env, PORT: String(port) })
  const exited = once(child, 'exit')
  const passed = () => performance.now() - begin
  try {
    const [ready, working] = await Promise.all([
      untilReady(`http://127.0.0.1:${port}`).then(passed),
      listening(child.stderr).then(passed),
    ])
    return { ready, working }
  } finally {
    child.kill('SIGTERM')
    await exited
  }
}

async function listening(log: Readable): Promise<void> {
  const lines = createInterface({ input: log })
  for await (const line of lines) if (listeningAt(line)) return
  throw new Error('the service ended before it listened')
}

/** A port that is free at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Milliseconds that a process with this script takes. */
async function evaluate(script: string, env: Environment = {}): Promise<number> {
  const begin = performance.now()
  const child = launch(['--input-type=module', '--eval', script], env)
  child.stderr.pipe(process.stderr)
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`a process exited with ${code}`)
  return performance.now() - begin
}

function launch(args: string[], env: Environment) {
  return spawn(process.execPath, args, {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}
