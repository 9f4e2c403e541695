const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const bare = new RegExp(`^${atom}(?:\\.${atom})*@(?:${label}\\.)+${label}$`)
/** A display name must not contain characters that end it or start a new header line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
const named = /^[^<>\u0000-\u001f\u007f]*<([^<>]+)>$/

/**
 * Returns the bare address in `Name <a@b.c>` or `a@b.c`, or undefined if the text has neither form. Only
 * ASCII, which is all that the provider accepts.
 */
export function addressIn(text: string): string | undefined {
  const trimmed = text.trim()
  const address = named.exec(trimmed)?.[1] ?? trimmed
  const local = address.lastIndexOf('@')
  return bare.test(address) && address.length <= 254 && local <= 64 ? address : undefined
}
