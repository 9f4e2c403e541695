import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { BANNED_NAMES, BANNED_PHRASES } from './banned-words.ts'

const root = resolve(import.meta.dirname, '../..')

/** Where a banned word is a fact: a contract name, a quotation, or the list itself. */
const ALLOWED: { file: RegExp; text: RegExp }[] = [
  { file: /^test\/architecture\/banned-words\.ts$/, text: /./ },
  { file: /^docs\/glossary\.md$/, text: /./ },
  { file: /^CHANGELOG\.md$/, text: /./ },
  // `/health/ready` keeps the old name for one release.
  { file: /./, text: /checks\.lane|\blane:|'lane'|"lane"|`lane`/ },
  // A route of the dashboard.
  { file: /./, text: /\/lane\/resume/ },
  // The name of pg-boss's job, which running installations have.
  { file: /./, text: /['`]housekeeping['`]/ },
  // Resend's own word for a column of its tables.
  { file: /^(drizzle|src\/db\/schema\.ts)/, text: /\blanes?\b/ },
  // The SQL name of the provider accounts' table.
  { file: /./, text: /\btidings\.lanes\b/ },
]

const files = execFileSync('git', ['ls-files', '--', '*.ts', '*.tsx', '*.js', '*.md', '*.css'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter(file => !file.startsWith('drizzle/'))

/** Each line of the project that matches, as `file:line: the line`. */
function linesWith(pattern: RegExp): string[] {
  return files.flatMap(file =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .map((line, at) => ({ line, where: `${file}:${at + 1}` }))
      .filter(({ line }) => pattern.test(line))
      .filter(
        ({ line }) => !ALLOWED.some(({ file: in_, text }) => in_.test(file) && text.test(line)),
      )
      .map(({ line, where }) => `${where}: ${line.trim()}`),
  )
}

test.each(BANNED_PHRASES)('nothing says $phrase', ({ phrase, instead }) => {
  expect(linesWith(phrase), `instead: ${instead}`).toEqual([])
})

test('no name is one that the glossary replaces', () => {
  expect(linesWith(BANNED_NAMES)).toEqual([])
})

test('a comment has at most three lines', () => {
  const long = files
    .filter(file => /\.(tsx?|js)$/.test(file))
    .flatMap(file => {
      const text = readFileSync(join(root, file), 'utf8')
      return [...text.matchAll(/\/\*\*?([\s\S]*?)\*\/|(?:^[ \t]*\/\/.*\n)+/gm)]
        .filter(([comment]) => proseLines(comment) > 3)
        .map(([comment, , at = 0]) => `${file}: ${comment.trim().split('\n')[1]?.trim() ?? at}`)
    })
  expect(long).toEqual([])
})

/** Lines of a comment but for its @tags, an example in a code block, and blank ones. */
function proseLines(comment: string): number {
  const lines = comment
    .replace(/```[\s\S]*?```/g, '')
    .split('\n')
    .map(line => line.replace(/^\s*(?:\/\*\*?|\*\/|\*|\/\/)?\s?|\*\/\s*$/g, '').trim())
    .filter(Boolean)
  const tags = lines.findIndex(line => line.startsWith('@'))
  return tags < 0 ? lines.length : tags
}
