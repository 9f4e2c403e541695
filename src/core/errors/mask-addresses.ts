/** How far back to search for the local part, which has at most 64 characters. */
const LONGEST = 128

const NAME = /[^\s@<>,;:"\\]*$/
/** The part of a JSON escape after its backslash. */
const ESCAPED = /^(?:u[\da-f]{4}|.)/i
const DOMAIN = /[^\s@<>,;:"\\]/

/**
 * Masks email addresses in a text or a line of JSON: `j…@example.com`. Errors from the provider and the
 * database quote addresses. The domain stays, because it is what helps to find a problem.
 */
export function maskAddresses(text: string): string {
  let masked = ''
  let done = 0
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const name = nameBefore(text, at, done)
    if (name === '' || !DOMAIN.test(text.charAt(at + 1))) continue
    const [first = '', ...rest] = name
    masked += `${text.slice(done, at - name.length)}${rest.length > 0 ? first : ''}…@`
    done = at + 1
  }
  return masked + text.slice(done)
}

/** The local part before an `@`, without the rest of a JSON escape, which must stay intact. */
function nameBefore(text: string, at: number, from: number): string {
  const [name = ''] = NAME.exec(text.slice(Math.max(from, at - LONGEST), at)) ?? []
  const begin = at - name.length
  let backslashes = 0
  while (begin - backslashes > from && text[begin - backslashes - 1] === '\\') backslashes += 1
  // Two backslashes are an escaped backslash.
  return backslashes % 2 === 1 ? name.replace(ESCAPED, '') : name
}
