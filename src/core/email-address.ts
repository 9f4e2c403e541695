const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const bare = new RegExp(`^${atom}(?:\\.${atom})*@(?:${label}\\.)+${label}$`)
/** A display name may hold anything but what would end it or start a new header line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const named = /^[^<>\u0000-\u001f\u007f]*<([^<>]+)>$/

/**
 * The bare address in `Name <a@b.c>` or `a@b.c`, as the provider takes one: ASCII only. Undefined where
 * the text has neither shape.
 */
export function addressIn(text: string): string | undefined {
  const trimmed = text.trim()
  const address = named.exec(trimmed)?.[1] ?? trimmed
  const local = address.lastIndexOf('@')
  return bare.test(address) && address.length <= 254 && local <= 64 ? address : undefined
}
