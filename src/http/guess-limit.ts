import { createHmac, randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { networkOf } from './network-of.ts'

/** Networks share so many counters, so that no number of them fills the memory. */
const COUNTERS = 16_384

export interface GuessLimitOptions {
  /** Wrong guesses from one network, until the next ones are told to wait. */
  points: number
  /** Seconds, from the first of them. */
  duration: number
  /** What the log says of a burst of them, once. */
  line?: string
}

/** Counts what was wrong, never what was right: a right token passes whatever others try beside it. */
export interface GuessLimit {
  /** Counts a wrong guess. Resolves to the seconds to wait for where there were too many, else null. */
  countWrong(request: Pick<FastifyRequest, 'ip' | 'log'>): Promise<number | null>
}

export function createGuessLimit({ points, duration, line }: GuessLimitOptions): GuessLimit {
  const counters = new RateLimiterMemory({ points, duration })
  const secret = randomBytes(32)
  /** Nobody can tell whose counter is theirs as well. */
  const counterOf = (address: string) =>
    createHmac('sha256', secret).update(networkOf(address)).digest().readUInt16BE() % COUNTERS
  return {
    async countWrong({ ip, log }) {
      const { consumedPoints, msBeforeNext } = await counters.penalty(counterOf(ip))
      if (consumedPoints === 1 && line) log.warn({ address: ip }, line)
      return consumedPoints > points ? Math.ceil(msBeforeNext / 1_000) : null
    },
  }
}
