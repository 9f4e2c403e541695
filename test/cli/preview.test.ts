import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { expect, test } from 'vitest'
import { makeFolder, STACK, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { addNotification, addUser } from '../support/host.ts'

test('a sample needs no database; its HTML or the whole message is written to a file', async () => {
  const cwd = await makeFolder()
  const env = { APP_NAME: 'EPTSS', EMAIL_REPLY_TO: 'Help <help@eptss.example>' }

  const html = await tidings(['preview', 'new_notifications', '--out', 'a.html'], { cwd, env })
  const message = await tidings(
    ['preview', 'outstanding_reminder', '--sample', 'hostile', '--out', 'b.eml'],
    { cwd, env },
  )

  expect(html).toMatchObject({ code: 0, stderr: '' })
  expect(html.stdout).toMatch(
    /^From: EPTSS <.*>\nReply-To: Help <help@eptss\.example>\nTo: recipient@example\.com\nSubject: 12 new/,
  )
  expect(html.stdout).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\n')
  expect(html.stdout).toContain('Theo and 2 others upvoted your comment')
  expect(html.stdout).toContain(`Wrote the HTML to ${join(cwd, 'a.html')}\n`)
  expect(await readFile(join(cwd, 'a.html'), 'utf8')).toMatch(/^<!DOCTYPE html>/)

  expect(message.code).toBe(0)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test proves their absence
  expect(message.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/)
  const mail = await simpleParser(await readFile(join(cwd, 'b.eml')))
  expect(message.stdout).toContain(`Subject: ${mail.subject}\n`)
  expect(mail.headers.has('bcc')).toBe(false)
  expect(mail.replyTo?.text).toBe('"Help" <help@eptss.example>')
})

test('shows the email that a user would get, or why there is none', async () => {
  const { db, url } = await createDatabase()
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }
  const due = await addUser(db, { name: 'Mara', email: 'mara@example.com' })
  await addNotification(db, due, { title: 'Only this' })
  const off = await addUser(db, { emailsEnabled: false })
  await addNotification(db, off)
  const preview = (...args: string[]) => tidings(['preview', 'new_notifications', ...args], options)

  const shown = await preview('--user', 'MARA@example.com')
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).toContain('To: mara@example.com\nSubject: New in Tidings: Only this\n')
  const optedOut = await preview('--user', off)
  expect(optedOut).toMatchObject({ code: 1, stdout: '' })
  expect(optedOut.stderr).toContain('switched emails off (opted_out)')
  expect((await preview('--user', randomUUID())).stderr).toContain('no such user')
  expect((await preview('--user', 'mara')).stderr).toContain('--user: no user with the id, address')
  expect((await preview('--user', due, '--sample', 'one')).stderr).toMatch(/cannot be used with/)
  const nowhere = await preview('--out', '/nonexistent/a.html')
  expect(nowhere.code).toBe(1)
  expect(nowhere.stderr).toMatch(/^cannot write \/nonexistent\/a\.html: /)
  expect(nowhere.stderr).not.toMatch(STACK)
})
