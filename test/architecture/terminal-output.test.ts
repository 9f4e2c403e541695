import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** What writes to a terminal, or hands on its stream to what does; each cleans what it writes. */
const WRITERS = [
  'src/cli/output.ts',
  'src/cli/progress.ts',
  'src/cli/step-progress.ts',
  'src/db/client/survive-lost-connections.ts',
]

/** The colours, and a sample of what strangers write. */
const WITH_ESCAPES = ['src/cli/styles.ts', 'src/emails/preview/samples/hostile.ts']

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(name => /\.tsx?$/.test(name))
  .map(name => join('src', name))

const offendersOf = (pattern: RegExp, allowed: string[]) =>
  files.filter(
    file => !allowed.includes(file) && pattern.test(readFileSync(join(root, file), 'utf8')),
  )

test('whatever is said to a terminal goes through the files that clean it', () => {
  expect(files).toEqual(expect.arrayContaining(WRITERS))
  expect(
    offendersOf(/\bconsole\.|\bstd(out|err)\.write\b|\bstream\.write\(/, [
      ...WRITERS,
      // They write to sockets and files.
      ...files.filter(file => /^src\/(http|local)\//.test(file)),
    ]),
  ).toEqual([])
})

test('one file makes colours, and a command writes JSON only with its controls escaped', () => {
  expect(offendersOf(/\bstyleText\b|\\u001b\[|\\x1b\[/, WITH_ESCAPES)).toEqual([])
  const commands = files.filter(file => !file.startsWith('src/cli/'))
  // The log's own lines are read again by its formatter.
  const allowed = [...commands, 'src/cli/terminal-log.ts']
  expect(offendersOf(/JSON\.stringify/, allowed)).toEqual([])
})
