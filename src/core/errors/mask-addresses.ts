/** As far back as a name is looked for: no name in an address may be longer than 64. */
const LONGEST = 128

const NAME = /[^\s@<>,;:"\\]*$/
/** What of an escape of JSON stands behind its backslash. */
const ESCAPED = /^(?:u[\da-f]{4}|.)/i
const DOMAIN = /[^\s@<>,;:"\\]/

/**
 * Makes email addresses in a text, or in a line of JSON, unreadable: `j…@example.com`. Errors of the
 * provider and of the database quote addresses; the domain stays, since it is what one looks for.
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

/** The name before an `@`, without the rest of an escape of JSON, which must stay whole. */
function nameBefore(text: string, at: number, from: number): string {
  const [name = ''] = NAME.exec(text.slice(Math.max(from, at - LONGEST), at)) ?? []
  const begin = at - name.length
  let backslashes = 0
  while (begin - backslashes > from && text[begin - backslashes - 1] === '\\') backslashes += 1
  // Two of them are one of the text's own.
  return backslashes % 2 === 1 ? name.replace(ESCAPED, '') : name
}
