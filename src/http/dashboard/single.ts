/** The value of a field; empty if the field is missing or given twice. */
export function single(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The notice with the name from the query string, if there is one. */
export function noticeFor(notices: Record<string, string>, name: unknown): string | undefined {
  const key = single(name)
  return Object.hasOwn(notices, key) ? notices[key] : undefined
}
