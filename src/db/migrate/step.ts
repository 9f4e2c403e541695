/** The progress of a long step. */
export interface Step {
  /** What is being done, for people; the same text for the whole step. */
  what: string
  done: number
  /** As far as it is known in advance; 0 while unknown. */
  total: number
  /** PostgreSQL's name for the current phase; each phase counts from 0. */
  phase?: string
}

export type OnStep = (step: Step) => void
