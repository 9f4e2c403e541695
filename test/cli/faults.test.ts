import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { expect, inject, onTestFinished, test } from 'vitest'
import { makeFolder, STACK, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'

const commands = [['serve'], ['run', 'all'], ['resume'], ['migrate']]

/** Occupies a port of this machine until `free` is called or the test ends. */
async function takePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const free = async () => {
    if (!server.listening) return
    server.close()
    await once(server, 'close')
  }
  onTestFinished(free)
  const { port } = server.address() as { port: number }
  return { port, free }
}

test('an invalid type shows the usage and the valid types', async () => {
  const { code, stdout, stderr } = await tidings(['run', 'everything'], { cwd: await makeFolder() })

  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/new_notifications.*outstanding_reminder.*all/s)
  expect(stderr).toContain('Usage: ')
  expect(stderr).not.toMatch(STACK)
})

test('an unknown command or option shows the usage', async () => {
  const cwd = await makeFolder()
  for (const args of [['dance'], ['run', 'all', '--loud'], ['run'], []]) {
    const { code, stdout, stderr } = await tidings(args, { cwd })
    expect(code, args.join(' ')).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('Usage: ')
    expect(stderr).not.toMatch(STACK)
  }
})

test('--help works without a database or a configuration', async () => {
  const env = { DATABASE_URL: 'nonsense', PORT: 'nonsense' }
  const { code, stdout, stderr } = await tidings(['--help'], { cwd: await makeFolder(), env })

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const name of ['serve', 'run', 'resume', 'migrate', 'demo']) expect(stdout).toContain(name)
})

test.for(commands)(
  '%s: an invalid configuration ends with 78 and lists every error',
  async args => {
    const env = { NODE_ENV: 'production', PORT: 'x', ROLE: 'boss', RESEND_API_KEY: 're_secret_key' }
    const { code, stdout, stderr } = await tidings(args, { cwd: await makeFolder(), env })

    expect(code).toBe(78)
    expect(stdout).toBe('')
    const names = 'API_TOKEN CRON_SECRET EMAIL_FROM LINK_SECRET PORT ROLE'.split(' ')
    const [headline, ...faults] = stderr.trim().split('\n')
    expect(headline).toBe('the configuration has 6 errors:')
    expect(faults.map(line => line.trim().split(' ')[0]).sort()).toEqual(names)
    expect(stderr).not.toMatch(STACK)
    expect(stderr).not.toContain('re_secret_key')
  },
)

test.for(commands)(
  '%s: a database that cannot be reached ends with 69 and a message',
  async args => {
    const { port, free } = await takePort()
    await free()
    const env = { DATABASE_URL: `postgres://tidings:hunter2@127.0.0.1:${port}/host` }

    const { code, stdout, stderr } = await tidings(args, { cwd: await makeFolder(), env })

    expect(code).toBe(69)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^the database cannot be reached: .+ Check DATABASE_URL\.$/m)
    expect(stderr).toContain(String(port))
    expect(stderr).not.toMatch(STACK)
    expect(stderr).not.toContain('hunter2')
  },
)

test.for(commands)('%s: a database that does not exist ends with 69 and its name', async args => {
  const url = new URL(inject('adminUrl'))
  url.pathname = '/no_such_database'

  const env = { DATABASE_URL: url.href }
  const { code, stderr } = await tidings(args, { cwd: await makeFolder(), env })

  expect(code).toBe(69)
  expect(stderr).toContain('no_such_database')
  expect(stderr).not.toMatch(STACK)
})

test.for([['serve'], ['run', 'all'], ['resume']])(
  '%s: a database without migrations ends with 78 and says what to do',
  async args => {
    const { url } = await createDatabase({ template: 'template0' })

    const env = { DATABASE_URL: url, PORT: '0' }
    const { code, stderr } = await tidings(args, { cwd: await makeFolder(), env })

    expect(code).toBe(78)
    expect(stderr).toContain('npm run tidings -- migrate')
    expect(stderr).not.toMatch(STACK)
  },
)

test('serve: a port in use ends with 69 and names it', async () => {
  const { url } = await createDatabase()
  const { port } = await takePort()

  const env = { DATABASE_URL: url, PORT: String(port) }
  const { code, stderr } = await tidings(['serve'], { cwd: await makeFolder(), env })

  expect(code).toBe(69)
  expect(stderr).toMatch(new RegExp(`^port ${port} on 127\\.0\\.0\\.1 is in use`, 'm'))
  expect(stderr).not.toMatch(STACK)
})

test('.env is read from the working directory, and the environment wins', async () => {
  const cwd = await makeFolder()
  await writeFile(`${cwd}/.env`, 'PORT=from-the-file\nROLE=boss\n')

  const { code, stderr } = await tidings(['migrate'], { cwd, env: { ROLE: 'chief', PORT: '0' } })

  expect(code).toBe(78)
  expect(stderr).toMatch(/ROLE/)
  expect(stderr).not.toMatch(/PORT/)
  const both = await tidings(['migrate'], { cwd })
  expect(both.stderr).toMatch(/2 errors/)
})
