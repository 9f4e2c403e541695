const REMEMBERED = 16
/** Until some have told. */
const FIRST_GUESS_MS = 100
/** One claim that was held up would make the next ones wait idly. */
const LONGEST_MS = 500

/** How long a batch takes from its claim until its request can leave, as the last ones have told. */
export interface Preparation {
  /** Milliseconds that the next one is taken to need: as many as the longest of them, half a second at most. */
  expectedMs(): number
  took(ms: number): void
}

export function createPreparation(): Preparation {
  const last: number[] = []
  return {
    expectedMs: () =>
      last.length === 0 ? FIRST_GUESS_MS : Math.min(Math.max(...last), LONGEST_MS),
    took(ms) {
      last.push(ms)
      if (last.length > REMEMBERED) last.shift()
    },
  }
}
