/** As far back as a name is looked for: no name in an address may be longer than 64. */
const LONGEST = 128

/** The name before an `@`, not counting an escape of JSON that stands before it and must stay whole. */
const NAME = /(?:\\(?:u[\da-f]{4}|.))?([^\s@<>,;:"\\]*)$/i
const DOMAIN = /[^\s@<>,;:"\\]/

/**
 * Makes email addresses in a text, or in a line of JSON, unreadable: `j…@example.com`. Errors of the
 * provider and of the database quote addresses; the domain stays, since it is what one looks for.
 */
export function maskAddresses(text: string): string {
  let masked = ''
  let done = 0
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const name = NAME.exec(text.slice(Math.max(done, at - LONGEST), at))?.[1] ?? ''
    if (name === '' || !DOMAIN.test(text.charAt(at + 1))) continue
    const [first = '', ...rest] = name
    masked += `${text.slice(done, at - name.length)}${rest.length > 0 ? first : ''}…@`
    done = at + 1
  }
  return masked + text.slice(done)
}
