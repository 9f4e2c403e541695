/** One measurement. */
export interface Measure {
  what: string
  /** The median of several rounds. */
  value: number
  /** `emails/s`, `ms`, `MB`. */
  unit: string
  /** The minimum and maximum of the rounds, if there were several. */
  range?: [number, number]
}

export interface Result {
  /** Distinguishes it from the part's other results. */
  title?: string
  /** Ours first. Measures with the same unit are shown as multiples of it, unless `unlike` is set. */
  measures: Measure[]
  /** True if the measures cannot be compared with the first, for example parts of a whole. */
  unlike?: boolean
  /** Explanations of the figures, one line each. */
  notes?: string[]
}

export interface Context {
  /** Reports progress; never on standard output. */
  say: (line: string) => void
  /** The numbers of users of the measured hosts. */
  people: number[]
}

/** A part of `npm run bench`: measures Tidings and a baseline. */
export interface Part {
  /** What is measured against which baseline, in one line. */
  about: string
  run(context: Context): Promise<Result[]>
}
