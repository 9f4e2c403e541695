import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { clusterFolder } from '../../support/cluster-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const script = fileURLToPath(new URL('../../support/take-lock.ts', import.meta.url))

test('processes that keep acquiring and releasing a folder’s lock never hold it at the same time', async () => {
  const directory = await clusterFolder()
  await mkdir(directory)

  const processes = Array.from({ length: 6 }, () =>
    promisify(execFile)(process.execPath, [script, directory, '300']),
  )

  expect((await Promise.all(processes)).map(({ stderr }) => stderr)).toEqual(Array(6).fill(''))
})
