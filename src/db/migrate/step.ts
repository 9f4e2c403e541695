/** How far a long step has come. */
export interface Step {
  /** What is being done, as a person says it; the same text for the whole step. */
  what: string
  done: number
  /** As far as it can be known before; 0 while nothing is known. */
  total: number
  /** What it is at, in PostgreSQL's words; a new phase begins to count anew. */
  phase?: string
}

export type OnStep = (step: Step) => void
