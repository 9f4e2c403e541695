import type { FoundUsers } from '../../../core/recipients/user-directory.ts'
import { type Html, html } from '../../../html/html.ts'
import type { Frame } from './frame.ts'
import { identifier, table } from './parts.ts'

interface UsersView {
  /** Empty: nothing was looked for. */
  search: string
  found: FoundUsers | null
}

export function usersPage(frame: Frame, { search, found }: UsersView): Html {
  return frame.around({
    title: search === '' ? 'People' : `${search} – People`,
    place: 'people',
    content: html`<h1>People</h1>
<form class="search" role="search" action="/people">
<input type="search" name="q" value="${search}" placeholder="Name, address or id" aria-label="Find people by name, address or id"${search === '' && html` autofocus`}>
<button class="main">Find</button></form>
${found ? results(search, found) : html`<div class="empty card"><h2>Was this person mailed, and why not?</h2><p>Find somebody to see what the rules say of them at this moment, and all that they were mailed.</p></div>`}`,
  })
}

function results(search: string, { people, more, anywhere }: FoundUsers): Html {
  if (people.length === 0) {
    return html`<div class="empty card"><h2>Nobody for “${search}”</h2><p>${anywhere ? 'Names, user names and addresses were searched.' : 'With this many people, only the beginnings of user names and addresses are searched, and whole ids.'}</p></div>`
  }
  return html`${table(
    'People found',
    html`<th>Name</th><th>User name</th><th>Address</th><th>Id</th>`,
    people.map(
      ({ userId, name, username, address }) => html`<tr>
<td class="lead"><a href="/people/${userId}">${name}</a></td>
<td data-label="User name">${username}</td>
<td data-label="Address">${address}</td>
<td data-label="Id">${identifier(userId)}</td></tr>
`,
    ),
  )}${more && html`<p class="after soft">There are more than these ${people.length}: write more of the name.</p>`}`
}
