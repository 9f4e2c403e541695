import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { call } from '../../support/client.ts'
import { addUser } from '../../support/host.ts'
import { startService } from '../../support/service.ts'
import { signIn } from '../../support/signed-in.ts'

const forged = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url')
const yearZero = { sentAt: '0000-01-01T00:00:00.000000', id: randomUUID() }
const farOff = { createdAt: '2026-11-24T08:00:00+23:59', id: randomUUID() }

test('an address that somebody has edited shows a page, never an error of the service', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const cookie = await signIn(service)
  const person = await addUser(service.db)
  const pages: [path: string, status: number, says: RegExp][] = [
    ['/emails?notification=abc', 400, /id is a UUID/],
    ['/emails?from=0000-01-01', 400, /A day looks like/],
    ['/emails?to=0000-12-31', 400, /A day looks like/],
    ['/emails?from=9999-01-01', 400, /A day looks like/],
    ['/emails?to=9999-12-31', 400, /A day looks like/],
    ['/emails?from=0001-01-01&to=9998-12-31', 200, /Emails/],
    [`/emails?cursor=${forged(yearZero)}`, 200, /Emails/],
    [`/runs?cursor=${forged(farOff)}`, 200, /Runs/],
    ['/?did=constructor', 200, /Runs/],
    ['/?did=__proto__', 200, /Runs/],
    [`/people/${person}?did=constructor`, 200, /Not due/],
  ]
  for (const [path, status, says] of pages) {
    const page = await call(service, path, { token: null, headers: { cookie } })
    expect(page.status, path).toBe(status)
    expect(page.text, path).toMatch(says)
    expect(page.text, path).not.toContain('native code')
  }
})
