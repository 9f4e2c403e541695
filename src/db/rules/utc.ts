/** A `timestamp` (no zone) as JSON of PostgreSQL has it, whatever the DateStyle, read as UTC. */
export function fromUtc(text: string): Date {
  return new Date(`${text}Z`)
}
