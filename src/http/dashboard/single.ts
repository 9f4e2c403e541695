/** A field given twice, or not at all, is as good as empty. */
export function single(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The notice that an address asks for by its name, if there is one of that name. */
export function noticeFor(notices: Record<string, string>, name: unknown): string | undefined {
  const asked = single(name)
  return Object.hasOwn(notices, asked) ? notices[asked] : undefined
}
