import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { BANNED_NAMES, BANNED_PHRASES } from './banned-words.ts'

const root = resolve(import.meta.dirname, '../..')

/** Lines that may have a banned word: a contract name, a quotation, or the list itself. */
const ALLOWED: { file: RegExp; text: RegExp }[] = [
  { file: /^test\/architecture\/(banned-words|prose\.test)\.ts$/, text: /./ },
  { file: /^docs\/glossary\.md$/, text: /./ },
  { file: /^CHANGELOG\.md$/, text: /./ },
  // `/health/ready` keeps the old name for one release.
  { file: /./, text: /checks\.lane|\blane:|'lane'|"lane"|`lane`/ },
  // The name of a job in pg-boss, which existing installations have.
  { file: /./, text: /['`]housekeeping['`]/ },
  // SQL names, and the dashboard's route.
  { file: /^(drizzle|src\/db\/schema\.ts)/, text: /\blanes?\b/ },
  {
    file: /^(docs|src\/(db|http)|test)\//,
    text: /tidings(\.|\\?"\.\\?")lanes|[`'"]lanes[`'"]|\.\*lanes|\blanes_idx|\/lane\/|\blane text\b/,
  },
]

const files = execFileSync('git', ['ls-files', '--', '*.ts', '*.tsx', '*.js', '*.md', '*.css'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter(file => !file.startsWith('drizzle/'))

/** Read once for all tests. */
const texts = new Map(files.map(file => [file, readFileSync(join(root, file), 'utf8')]))

/** The matching lines of the project, as `file:line: text around the match`. */
function linesWith(pattern: RegExp): string[] {
  return files.flatMap(file =>
    (texts.get(file) ?? '')
      .split('\n')
      .map((line, at) => ({ line, where: `${file}:${at + 1}` }))
      .filter(({ line }) => pattern.test(line))
      .filter(
        ({ line }) => !ALLOWED.some(({ file: in_, text }) => in_.test(file) && text.test(line)),
      )
      .map(({ line, where }) => `${where}: ${around(line, pattern)}`),
  )
}

/** A row of a table may be longer than what a failed test prints. */
function around(line: string, pattern: RegExp): string {
  const at = line.search(pattern)
  return line.slice(Math.max(0, at - 40), at + 60).trim()
}

test.each(BANNED_PHRASES)('nothing says $phrase', ({ phrase, instead }) => {
  expect(linesWith(phrase), `instead: ${instead}`).toEqual([])
})

test('no name is one that the glossary replaces', () => {
  expect(linesWith(BANNED_NAMES), 'instead: the term in docs/glossary.md').toEqual([])
})

/** Files whose counts are never one, or that choose the noun themselves. */
const CHOOSES_NOUN =
  /^src\/(i18n\/|cli\/(adopt-report|require-user)|config\/summary|core\/audit\/attempts-csv|core\/explain\/user-rules|http\/dashboard\/pages\/users)/

test('a count before a plural is formatted with counted()', () => {
  const plural = /\$\{(?!counted)[^}]*\b(?:count|length|total|times|size)\} (?!has|is|was)[a-z]+s\b/
  const lines = linesWith(plural).filter(line => /^src\//.test(line) && !CHOOSES_NOUN.test(line))
  expect(lines).toEqual([])
})

test('a comment has at most three lines', () => {
  const long = files
    .filter(file => /\.(tsx?|js)$/.test(file))
    .flatMap(file => {
      const text = texts.get(file) ?? ''
      return [...text.matchAll(/(?<![\w*}.])\/\*\*?([\s\S]*?)\*\/|(?:^[ \t]*\/\/.*\n)+/gm)]
        .filter(([comment]) => proseLines(comment) > 3)
        .map(([comment, , at = 0]) => `${file}: ${comment.trim().split('\n')[1]?.trim() ?? at}`)
    })
  expect(long, 'shorten the comment, or move the reason to docs/decisions').toEqual([])
})

/** The number of lines of a comment, without @tags, code blocks and blank lines. */
function proseLines(comment: string): number {
  const lines = comment
    .replace(/```[\s\S]*?```/g, '')
    .split('\n')
    .map(line => line.replace(/^\s*(?:\/\*\*?|\*\/|\*|\/\/)?\s?|\*\/\s*$/g, '').trim())
    .filter(Boolean)
  const tags = lines.findIndex(line => line.startsWith('@'))
  return tags < 0 ? lines.length : tags
}
