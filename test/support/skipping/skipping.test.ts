import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const config = fileURLToPath(new URL('./vitest.config.ts', import.meta.url))
const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
)

/** Runs the example as on a machine that has only the given programs. */
function runExample(programs: string[], env: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-tools-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const program of programs) writeFileSync(join(folder, program), '', { mode: 0o755 })
  const { CI: _, VITEST: __, ...rest } = process.env
  const { status, stdout } = spawnSync(process.execPath, [vitest, 'run', '--config', config], {
    encoding: 'utf8',
    env: { ...rest, TEST_TOOLS_PATH: folder, ...env },
  })
  return { status, lines: stdout.trim().split('\n') }
}

test('a missing program skips its tests, and the run says what to install', () => {
  const { status, lines } = runExample([], {})
  expect(lines.slice(-3)).toEqual([
    '1 passed, 0 failed, 1 skipped',
    'Skipped without pgbouncer: 1',
    'To run them too: apt-get install pgbouncer',
  ])
  expect(status).toBe(0)
})

test('in CI a skipped test fails the run', () => {
  const { status, lines } = runExample([], { CI: 'true' })
  expect(lines).toContain('1 passed, 0 failed, 1 skipped')
  expect(lines.at(-1)).toBe('CI must not skip a test')
  expect(status).toBe(1)
})

test('a run without skipped tests ends with its counts, also in CI', () => {
  const { status, lines } = runExample(['pgbouncer'], { CI: 'true' })
  expect(lines.at(-1)).toBe('2 passed, 0 failed')
  expect(status).toBe(0)
})
