import { createHmac, randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { networkOf } from './network-of.ts'

/** A fixed number of counters, shared by all networks, bounds the memory. */
const COUNTERS = 16_384

export interface GuessLimitOptions {
  /** Wrong guesses that one network may make within `duration`. */
  points: number
  /** Seconds, counted from the first wrong guess. */
  duration: number
  /** Logged once for each burst of wrong guesses. */
  logMessage?: string
}

/** Counts only wrong guesses, so a right token always passes. */
export interface GuessLimit {
  /** Counts a wrong guess. Resolves to the seconds to wait after too many of them, else to null. */
  countWrong(request: Pick<FastifyRequest, 'ip' | 'log'>): Promise<number | null>
}

export function createGuessLimit({ points, duration, logMessage }: GuessLimitOptions): GuessLimit {
  const counters = new RateLimiterMemory({ points, duration })
  const secret = randomBytes(32)
  /** Keyed with a secret, so that no client can find a network that shares its counter. */
  const counterOf = (address: string) =>
    createHmac('sha256', secret).update(networkOf(address)).digest().readUInt16BE() % COUNTERS
  return {
    async countWrong({ ip, log }) {
      const { consumedPoints, msBeforeNext } = await counters.penalty(counterOf(ip))
      if (consumedPoints === 1 && logMessage) log.warn({ address: ip }, logMessage)
      return consumedPoints > points ? Math.ceil(msBeforeNext / 1_000) : null
    },
  }
}
