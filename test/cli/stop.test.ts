import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { call } from '../support/client.ts'
import { makeFolder, STACK, start } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { mailEnv } from '../support/mail.ts'
import { openProvider } from '../support/service.ts'

test('clients that send nothing, or half a request, do not prevent a shutdown', async () => {
  const database = await createDatabase()
  const env = mailEnv(database, await openProvider())
  const command = start(['serve'], { cwd: await makeFolder(), env })
  const [, url = ''] = await command.says(/"url":"([^"]+)".*"listening"/)
  const { hostname, port } = new URL(url)
  const head = 'POST /v1/runs HTTP/1.1\r\nHost: localhost\r\n'
  const body = `Authorization: Bearer ${env.API_TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`
  const leave = new AbortController()
  onTestFinished(() => leave.abort())
  for (const sent of ['', head, head + body]) {
    const socket = connect(Number(port), hostname)
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    await once(socket, 'connect')
    if (sent) socket.write(sent)
  }
  // This later request was answered, so the earlier ones have arrived.
  const run = await call({ app: { url } }, '/v1/runs', {
    ...{ token: env.API_TOKEN, json: { type: 'all', dryRun: true } },
  })
  expect(run.status).toBe(202)

  const since = performance.now()
  command.child.kill('SIGTERM')
  const { code } = await command.ended

  expect(code).toBe(0)
  expect((performance.now() - since) / 1_000).toBeLessThan(15)
  expect(command.output()).toMatch(/"stopped"/)
  expect(command.output()).not.toMatch(STACK)
})

/** The queue fails at its first query, or after it has started. */
const brokenQueues = {
  'at its start': 'drop schema pgboss cascade',
  'half-way': `do $$ declare it regprocedure; begin
    for it in select oid from pg_proc where proname = 'create_queue' loop
      execute 'drop function ' || it;
    end loop;
  end $$`,
}
test.each(Object.entries(brokenQueues))(
  'a start that fails in the queue ends the process: %s',
  async (_when, breakIt) => {
    const database = await createDatabase()
    await database.db.execute(breakIt)
    const env = mailEnv(database, await openProvider())

    const command = start(['serve'], { cwd: await makeFolder(), env })
    // If the process does not end, the test times out.
    const { code } = await command.ended

    expect(code).toBeGreaterThan(0)
    expect(command.output()).not.toMatch(/"listening"/)
  },
)
