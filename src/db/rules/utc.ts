/** A `timestamp` (no zone) as Postgres writes it, read as the UTC it holds. */
export function fromUtc(text: string): Date {
  return new Date(`${text.replace(' ', 'T')}Z`)
}
