import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readMigrations } from '../../src/db/migrate/migrations.ts'

const root = resolve(import.meta.dirname, '../..')

test('the migrations match the schema: generating changes nothing', () => {
  // Inside the checkout, because drizzle-kit resolves paths from its working directory.
  const copy = mkdtempSync(join(root, 'node_modules/.drift-'))
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }))
  cpSync(join(root, 'drizzle'), copy, { recursive: true })
  const before = readdirSync(copy).sort()

  const told = execFileSync(
    'drizzle-kit',
    [
      'generate',
      '--dialect=postgresql',
      '--schema=src/db/schema.ts',
      `--out=${relative(root, copy)}`,
    ],
    { cwd: root, encoding: 'utf8' },
  )

  expect(told).toContain('No schema changes')
  expect(readdirSync(copy).sort()).toEqual(before)
})

test('the migrations form one chain', () => {
  const told = execFileSync('drizzle-kit', ['check'], { cwd: root, encoding: 'utf8' })
  expect(told).toContain("Everything's fine")
})

test('each migration is newer than the one before it; otherwise databases would skip it', () => {
  const made = readMigrations().map(({ folderMillis }) => folderMillis)
  expect(made).toEqual([...new Set(made)].sort((a, b) => a - b))
})
