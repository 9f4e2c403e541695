/** A field given twice, or not at all, is as good as empty. */
export function single(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
