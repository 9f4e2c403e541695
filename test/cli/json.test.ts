import { expect, test } from 'vitest'
import { providerAccounts } from '../../src/db/schema.ts'
import { makeFolder, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { addUser } from '../support/host.ts'

test('with --json, standard output is the data and nothing else', async () => {
  const { db, url } = await createDatabase()
  const env = { DATABASE_URL: url, PUBLIC_URL: 'https://here.example' }
  const options = { cwd: await makeFolder(), env }
  const userId = await addUser(db, { name: 'mara' })
  const reason = 'bounce_rate: 6 %'
  await db.insert(providerAccounts).values({
    name: 'resend',
    publicUrl: 'https://there.example',
    stoppedReason: reason,
    stoppedAt: new Date(),
    stoppedUntil: 'resumed',
  })
  const print = async (...args: string[]) => {
    const { code, stdout } = await tidings([...args, '--json'], options)
    return { code, json: JSON.parse(stdout) }
  }

  const [settings, preview, grants, migrate, moved] = await Promise.all([
    print('settings', 'mara', 'off'),
    print('preview', 'new_notifications', '--out', 'email.html'),
    print('grants', '--role', 'tidings'),
    print('migrate'),
    print('moved'),
  ])
  const source = 'user'
  expect(settings).toEqual({
    code: 0,
    json: { userId, notificationEmailsEnabled: false, source, suppressed: null },
  })
  expect(preview.code).toBe(0)
  expect(Object.keys(preview.json)).toEqual(['subject', 'html', 'text', 'headers'])
  expect(grants.json).toContainEqual(expect.stringMatching(/^GRANT USAGE .* TO "tidings";$/))
  expect(migrate).toEqual({ code: 0, json: { applied: 0 } })
  const here = 'https://here.example'
  const before = 'https://there.example'
  const waiting = { emails: 0, users: 0 }
  expect(moved).toEqual({ code: 78, json: { sendsFor: before, before, here, waiting } })

  const [accepted, erased] = await Promise.all([
    print('moved', '--yes'),
    print('erase', 'mara', '--yes'),
  ])
  expect(accepted).toEqual({ code: 0, json: { sendsFor: here, before, here, waiting: null } })
  expect(erased).toMatchObject({ code: 0, json: { userId, deliveries: 0, suppressions: 0 } })
  expect(await print('resume')).toEqual({ code: 0, json: { resumed: true, reason } })
  expect(await print('resume')).toEqual({ code: 0, json: { resumed: false, reason: null } })
})
