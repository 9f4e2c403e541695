import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { encodeCursor } from '../../../src/http/api/cursor.ts'
import { call } from '../../support/client.ts'
import { addUser } from '../../support/host.ts'
import { startService } from '../../support/service.ts'
import { signIn } from '../../support/signed-in.ts'

const yearZero = { sentAt: '0000-01-01T00:00:00.000000', id: randomUUID() }
const largeOffset = { createdAt: '2026-11-24T08:00:00+23:59', id: randomUUID() }

test('an edited URL shows a page, never an internal error', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const cookie = await signIn(service)
  const user = await addUser(service.db)
  const pages: [path: string, status: number, text: RegExp][] = [
    ['/emails?notification=abc', 400, /id is a UUID/],
    ['/emails?from=0000-01-01', 400, /Enter a day such as/],
    ['/emails?to=0000-12-31', 400, /Enter a day such as/],
    ['/emails?from=9999-01-01', 400, /Enter a day such as/],
    ['/emails?to=9999-12-31', 400, /Enter a day such as/],
    ['/emails?from=0001-01-01&to=9998-12-31', 200, /Emails/],
    [`/emails?cursor=${encodeCursor(yearZero)}`, 200, /Emails/],
    [`/runs?cursor=${encodeCursor(largeOffset)}`, 200, /Runs/],
    [
      `/suppressions?cursor=${encodeCursor({ since: largeOffset.createdAt, address: 'a' })}`,
      200,
      /Suppressed/,
    ],
    ['/suppressions?state=constructor&q=%00', 200, /Suppressed/],
    ['/?did=constructor', 200, /Runs/],
    ['/?did=__proto__', 200, /Runs/],
    [`/people/${user}?did=constructor`, 200, /Not due/],
  ]
  for (const [path, status, text] of pages) {
    const page = await call(service, path, { token: null, headers: { cookie } })
    expect(page.status, path).toBe(status)
    expect(page.text, path).toMatch(text)
    expect(page.text, path).not.toContain('native code')
  }
})
