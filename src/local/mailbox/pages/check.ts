import { type Html, html } from '../../../html/html.ts'
import { checkEmail, type EmailCheck } from '../check-email.ts'
import { type Link, listLinks } from '../links.ts'
import type { StoredEmail } from '../stored-email.ts'

/** What email clients make of an email, and all its links. */
export function checkPart(base: string, email: StoredEmail): Html {
  const checks = checkEmail(email)
  const links = email.html === null ? [] : listLinks(email.html)
  const wrong = checks.filter(({ ok }) => !ok).length
  return html`<section class="details checks results"><h2>${wrong === 0 ? 'Nothing to correct' : `${wrong} to check`}</h2>
<div class="scroll"><table><tbody>
${[...checks].sort((one, other) => Number(one.ok) - Number(other.ok)).map(checkRow)}</tbody></table></div></section>
<section class="details checks"><h2>Links (${links.length})</h2>
<div class="scroll"><table><tbody>
${links.length === 0 && html`<tr><td>The HTML has none.</td></tr>`}${links.map((link, index) => linkRow(link, `${base}/${email.id}/links/${index}`))}</tbody></table></div></section>`
}

function checkRow({ ok, name, found }: EmailCheck): Html {
  return html`<tr><th scope="row">${name}</th><td class="found ${ok ? 'good' : 'bad'}">${found}</td></tr>
`
}

function linkRow({ text, url }: Link, page: string): Html {
  return html`<tr><th scope="row">${text.slice(0, 60) || '(no text)'}</th><td><a href="${page}" target="_blank">${url}</a></td></tr>
`
}
