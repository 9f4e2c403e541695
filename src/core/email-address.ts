import { domainToASCII, domainToUnicode } from 'node:url'

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

/**
 * The address as it goes over the wire: a domain such as `münchen.example` in punycode, and everything
 * else unchanged. The provider takes only ASCII.
 */
export function toWireAddress(address: string): string {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const isAscii = /^[\x21-\x7e]*$/.test(domain)
  // Empty for a domain that IDNA forbids: the provider says what is wrong with it.
  const encoded = isAscii ? domain : domainToASCII(domain) || domain
  return address.slice(0, at + 1) + encoded
}

/** The same for every spelling of one address, to compare what the provider reports. */
export function comparableAddress(address: string): string {
  return toWireAddress(address).toLowerCase()
}

/**
 * Every spelling of an address that a host may store: its domain as given, in punycode and in Unicode.
 * Case is left to the database, which compares in lower case.
 */
export function addressSpellings(address: string): string[] {
  const at = address.lastIndexOf('@')
  const wire = toWireAddress(address)
  const unicode = address.slice(0, at + 1) + domainToUnicode(wire.slice(at + 1))
  return [...new Set([address, wire, unicode])]
}

/** Returns an address without a display name, or undefined if the provider would not take it. */
export function bareAddressIn(text: string): string | undefined {
  const address = text.trim()
  const wire = toWireAddress(address)
  return addressIn(wire) === wire ? address : undefined
}
