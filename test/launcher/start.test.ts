import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import nodeFlags from '../../launcher/node-flags.json' with { type: 'json' }
import { ended, makeClone } from '../support/small-clone.ts'

const run = promisify(execFile)
const SHOW = `
process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(7) })
console.log(JSON.stringify({ pid: process.pid, flags: process.execArgv, args: process.argv.slice(2) }))
if (process.argv.includes('--stay')) setInterval(() => {}, 1000)
`

test('serve runs with its Node flags, in the process that was started', async () => {
  const clone = await makeClone({ 'src/main.ts': SHOW })
  const child = clone.spawn(['serve', '--stay'])
  const end = ended(child)
  child.stdout?.once('data', () => child.kill('SIGTERM'))

  const { code, stdout } = await end
  const [shown = '', ...rest] = stdout.trim().split('\n')
  expect(JSON.parse(shown)).toEqual({ pid: child.pid, flags: nodeFlags, args: ['serve', '--stay'] })
  expect({ code, rest }).toEqual({ code: 7, rest: ['asked to stop'] })
})

test('other commands run without these flags', async () => {
  const clone = await makeClone({ 'src/main.ts': SHOW })
  const { stdout } = await clone.run(['audit', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ flags: [], args: ['audit', '--json'] })
})

test('a Node that is too old causes an error message', async () => {
  const clone = await makeClone({ 'src/main.ts': SHOW })
  const packageJson = JSON.parse(await clone.read('package.json'))
  await clone.write(
    'package.json',
    JSON.stringify({ ...packageJson, engines: { node: '>=999.1' } }),
  )

  const { code, stdout, stderr } = await clone.run()
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
  expect(stderr).toMatch(/^Tidings needs Node 999\.1 or newer, but this is Node [\d.]+\. .*\n$/)
})

test('the script that npm runs after an installation compiles the sources', async () => {
  const clone = await makeClone({ 'src/main.ts': SHOW })
  await run(process.execPath, [join(clone.folder, 'launcher/prepare.js')])

  expect((await clone.run()).stderr).toBe('')
})

test('an installation without the compiler succeeds', async () => {
  const clone = await makeClone({ 'src/main.ts': SHOW })
  await rm(join(clone.folder, 'node_modules/typescript'))
  const { stdout, stderr } = await run(process.execPath, [
    join(clone.folder, 'launcher/prepare.js'),
  ])
  expect(stdout + stderr).toBe('')
})
