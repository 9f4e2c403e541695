// Preloaded into a measured process (`--import`), or imported by it: answers the benchmark's questions.
import { Session } from 'node:inspector/promises'

interface Question {
  id: number
  name: string
  input: unknown
}

export type Reply = { id: number; value: unknown } | { id: number; error: string }

type Answer = (input: never) => unknown

/** Microseconds between two profile samples. */
const SAMPLE_EVERY = 500

const answers = new Map<string, PromiseWithResolvers<Answer>>()

/** Registers an answer; questions that arrived earlier are answered now. */
export function answerTo(name: string, answer: Answer): void {
  answerOf(name).resolve(answer)
}

function answerOf(name: string): PromiseWithResolvers<Answer> {
  const known = answers.get(name) ?? Promise.withResolvers<Answer>()
  answers.set(name, known)
  return known
}

answerTo('cpu', () => process.cpuUsage())
// In kilobytes.
answerTo('peak', () => process.resourceUsage().maxRSS)

const session = new Session()
answerTo('startProfile', async () => {
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY })
  await session.post('Profiler.start')
})
answerTo('endProfile', async () => {
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return profile
})

process.on('message', async ({ id, name, input }: Question) => {
  process.send?.(await settle(id, async () => (await answerOf(name).promise)(input as never)))
})
// The benchmark has exited.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
// The channel must not keep the process alive.
process.channel?.unref()

async function settle(id: number, answer: () => Promise<unknown>): Promise<Reply> {
  try {
    return { id, value: await answer() }
  } catch (error) {
    return { id, error: String(error) }
  }
}
