/** One thing that was measured. */
export interface Measure {
  what: string
  /** How often, or how much: the median of several rounds. */
  value: number
  /** `emails/s`, `ms`, `MB`. */
  unit: string
  /** The least and the most of the rounds, where there were several. */
  range?: [number, number]
}

export interface Result {
  /** What tells it from the part's other results. */
  title?: string
  /** Ours first. What has the same unit is told as a multiple of it, unless it is `unlike` it. */
  measures: Measure[]
  /** The measures are parts of a whole, or otherwise not to be held against the first. */
  unlike?: boolean
  /** What one has to know to read the figures, a line each. */
  notes?: string[]
}

export interface Context {
  /** Tells a person who waits what is going on; never on standard output. */
  say: (line: string) => void
  /** How many people the hosts have that are measured, one after the other. */
  people: number[]
}

/** A part of `npm run bench`: measures ours beside something that it can be held against. */
export interface Part {
  /** In one line: what is measured, and beside what. */
  about: string
  run(context: Context): Promise<Result[]>
}
