import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { call } from '../../support/client.ts'
import { API_TOKEN, type Service, startService } from '../../support/service.ts'
import { fromOurPage, signIn } from '../../support/signed-in.ts'

const open = (service: Service, cookie: string, path = '/runs') =>
  call(service, path, { token: null, headers: { cookie } })

const signOut = (service: Service, cookie: string) =>
  call(service, '/sign-out', { method: 'POST', token: null, headers: { ...fromOurPage, cookie } })

/** Starts two processes on one database. */
async function startTwo(): Promise<[Service, Service]> {
  const one = await startService({ env: { ROLE: 'api' } })
  return [one, await startService({ database: one, env: { ROLE: 'api' } })]
}

test('signing out ends a session in every process and for every copy of its cookie', async () => {
  const [one, other] = await startTwo()
  const [copied, untouched] = [await signIn(one), await signIn(other)]
  expect((await open(other, copied)).status).toBe(200)

  const reply = await signOut(one, copied)

  expect(reply.status).toBe(303)
  expect(reply.headers.get('set-cookie')).toMatch(/^tidings_session=;/)
  for (const service of [one, other]) {
    expect((await open(service, copied)).status).toBe(401)
    expect((await open(service, untouched)).status).toBe(200)
  }
})

test('a live page ends with its session, whichever process closed it', async () => {
  const [one, other] = await startTwo()
  const cookie = await signIn(one)
  const stream = await fetch(`${one.app.url}/live`, { headers: { cookie } })
  expect(stream.status).toBe(200)

  await signOut(other, cookie)

  // Resolves only when the stream ends.
  expect(await stream.text()).toContain('event: parts')
})

test('a session ends after 12 hours, whatever the cookie says', async () => {
  const [service] = await startTwo()
  const cookie = await signIn(service)
  const [row] = await service.db.execute<{ hours: number }>(
    sql`select extract(epoch from ends_at - now())::float / 3600 as hours from tidings.sessions`,
  )
  expect(row?.hours).toBeGreaterThan(11.9)
  expect(row?.hours).toBeLessThanOrEqual(12.1)
  expect((await open(service, cookie)).status).toBe(200)

  await service.db.execute(sql`update tidings.sessions set ends_at = now() - interval '1 s'`)

  expect((await open(service, cookie)).status).toBe(401)
  // The next sign-in deletes ended sessions.
  await signIn(service)
  expect(await service.db.execute(sql`select id from tidings.sessions`)).toHaveLength(1)
})

test('the sessions of a token end when it is no longer configured', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const cookie = await signIn(service)
  const rotating = { ROLE: 'api', API_TOKEN: `new-token,${API_TOKEN}` }
  const both = await startService({ database: service, env: rotating })
  expect((await open(both, cookie)).status).toBe(200)

  const rotated = { ROLE: 'api', API_TOKEN: 'new-token' }
  const after = await startService({ database: service, env: rotated })

  expect((await open(after, cookie)).status).toBe(401)
  expect((await open(after, await signIn(both, 'new-token'))).status).toBe(200)
})

test('the stored hash of a session is not a valid cookie', async () => {
  const [service] = await startTwo()
  const cookie = await signIn(service)

  const rows = await service.db.execute<{ id: string }>(sql`select id from tidings.sessions`)

  const [id = ''] = decodeURIComponent(cookie.split('=')[1] ?? '').split('.')
  expect(id).toMatch(/^[\w-]{43}$/)
  expect(JSON.stringify(rows)).not.toContain(id)
  const forged = `tidings_session=${encodeURIComponent(`${rows[0]?.id}.x`)}`
  expect((await open(service, forged)).status).toBe(401)
})
