import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { withLocalSecrets } from '../../src/local/secrets.ts'
import { faultsOf } from '../support/environment.ts'

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-secrets-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, '.tidings')
}

const NAMES = ['API_TOKEN', 'CRON_SECRET', 'LINK_SECRET']
const pick = (env: Record<string, string | undefined>) => NAMES.map(name => env[name])

test('in production the secrets must be set, and no file is written', async () => {
  const folder = await makeFolder()

  const env = await withLocalSecrets({ NODE_ENV: 'production' }, folder)

  const all = { ...env, SHADOW: 'true' }
  expect(faultsOf(all)).toEqual(NAMES.map(name => `${name} is missing`))
  await expect(stat(folder)).rejects.toThrow('ENOENT')
})

test('outside production they are generated, distinct, long enough, and kept', async () => {
  const folder = await makeFolder()

  const first = pick(await withLocalSecrets({}, folder))
  const second = pick(await withLocalSecrets({}, folder))

  expect(new Set(first).size).toBe(3)
  for (const secret of first) expect(secret).toMatch(/^[\w-]{32,}$/)
  expect(second).toEqual(first)
  expect(pick(await withLocalSecrets({}, await makeFolder()))).not.toEqual(first)
})

test('only the owner can read them', async () => {
  const folder = await makeFolder()

  await withLocalSecrets({}, folder)

  const { mode } = await stat(join(folder, 'secrets.json'))
  expect((mode & 0o777).toString(8)).toBe('600')
  expect(await readdir(folder)).toEqual(['secrets.json'])
})

test('the mode of a file that others could read is corrected, with a warning', async () => {
  const folder = await makeFolder()
  const kept = await withLocalSecrets({}, folder)
  const file = join(folder, 'secrets.json')
  await chmod(file, 0o644)
  const lines: string[] = []

  const env = await withLocalSecrets({}, folder, line => lines.push(line))

  expect(pick(env)).toEqual(pick(kept))
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600')
  expect(lines).toEqual([expect.stringMatching(/secrets\.json could be read .*mode 644/)])
  for (const secret of pick(kept)) expect(lines[0]).not.toContain(secret)
  await withLocalSecrets({}, folder, line => lines.push(line))
  expect(lines).toHaveLength(1)
})

test('the environment wins over the file', async () => {
  const folder = await makeFolder()
  const kept = await withLocalSecrets({}, folder)

  const env = await withLocalSecrets({ API_TOKEN: 'mine', PORT: '1' }, folder)

  expect(env).toEqual({ ...kept, API_TOKEN: 'mine', PORT: '1' })
})

test('an empty value counts as absent', async () => {
  const empty = { API_TOKEN: ' ', CRON_SECRET: '\t', LINK_SECRET: '\n' }

  expect(faultsOf(await withLocalSecrets(empty, await makeFolder()))).toEqual([])
})

test('no file is created if all secrets are set', async () => {
  const folder = await makeFolder()

  await withLocalSecrets({ API_TOKEN: 'a', CRON_SECRET: 'b', LINK_SECRET: 'c' }, folder)

  await expect(stat(folder)).rejects.toThrow('ENOENT')
})

test('processes that start at once agree on the secrets', async () => {
  for (let round = 0; round < 20; round += 1) {
    const folder = await makeFolder()
    const starts = Array.from({ length: 12 }, () => withLocalSecrets({}, folder))

    const all = (await Promise.all(starts)).map(env => pick(env).join())

    expect(new Set(all).size).toBe(1)
  }
})

test('an empty file of a killed process is replaced once', async () => {
  const folder = await makeFolder()
  await mkdir(folder)
  await writeFile(join(folder, 'secrets.json'), '')

  const first = pick(await withLocalSecrets({}, folder))

  expect(pick(await withLocalSecrets({}, folder))).toEqual(first)
})

test('an invalid file is a configuration error and is not overwritten', async () => {
  const folder = await makeFolder()
  await mkdir(folder)
  await writeFile(join(folder, 'secrets.json'), '{"API_TOKEN":')

  await expect(withLocalSecrets({}, folder)).rejects.toMatchObject({
    faults: [expect.stringMatching(/secrets\.json is not valid JSON/)],
  })
})
