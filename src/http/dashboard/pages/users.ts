import type { FoundUsers } from '../../../core/recipients/user-directory.ts'
import { type Html, html } from '../../../html/html.ts'
import type { Frame } from './frame.ts'
import { identifier, table } from './parts.ts'

interface UsersView {
  /** Empty: no search yet. */
  search: string
  found: FoundUsers | null
}

export function usersPage(frame: Frame, { search, found }: UsersView): Html {
  return frame.around({
    title: search === '' ? 'Users' : `${search} – Users`,
    section: 'users',
    content: html`<h1>Users</h1>
<form class="search" role="search" action="/people">
<input type="search" name="q" value="${search}" placeholder="Name, address or id" aria-label="Find users by name, address or id"${search === '' && html` autofocus`}>
<button class="main">Find</button></form>
<p class="after"><a href="/suppressions">Suppressed addresses</a></p>
${found ? results(search, found) : html`<div class="empty card"><h2>Why was a user emailed, or not?</h2><p>Find a user to see each rule’s verdict and all their emails.</p></div>`}`,
  })
}

function results(search: string, { people: users, more, anywhere }: FoundUsers): Html {
  if (users.length === 0) {
    return html`<div class="empty card"><h2>No users match “${search}”</h2><p>${anywhere ? 'Names, user names and addresses were searched.' : 'With this many users, the search matches only complete ids and the beginnings of user names and addresses.'}</p></div>`
  }
  return html`${table(
    'Users found',
    html`<th>Name</th><th>User name</th><th>Address</th><th>Id</th>`,
    users.map(
      ({ userId, name, username, address }) => html`<tr>
<td class="lead"><a href="/people/${userId}">${name}</a></td>
<td data-label="User name">${username}</td>
<td data-label="Address">${address}</td>
<td data-label="Id">${identifier(userId)}</td></tr>
`,
    ),
  )}${more && html`<p class="after soft">More than ${users.length} users match. Type more of the name.</p>`}`
}
