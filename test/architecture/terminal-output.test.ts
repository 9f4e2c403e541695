import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Files that may write to a terminal or pass on its stream; each one cleans its output. */
const WRITERS = [
  'src/cli/output.ts',
  'src/cli/progress.ts',
  'src/cli/step-progress.ts',
  'src/db/client/survive-lost-connections.ts',
]

/** Files that may contain escapes: the colours, and a hostile sample. */
const WITH_ESCAPES = ['src/cli/styles.ts', 'src/emails/preview/samples/hostile.ts']

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(name => /\.tsx?$/.test(name))
  .map(name => join('src', name))

const offendersOf = (pattern: RegExp, allowed: string[]) =>
  files.filter(
    file => !allowed.includes(file) && pattern.test(readFileSync(join(root, file), 'utf8')),
  )

test('terminal output goes only through the files that clean it', () => {
  expect(files).toEqual(expect.arrayContaining(WRITERS))
  expect(
    offendersOf(/\bconsole\.|\bstd(out|err)\.write\b|\bstream\.write\(/, [
      ...WRITERS,
      // These write to sockets and files.
      ...files.filter(file => /^src\/(http|local)\//.test(file)),
    ]),
  ).toEqual([])
})

test('colours are made in one file, and commands write JSON only with escaped control characters', () => {
  expect(offendersOf(/\bstyleText\b|\\u001b\[|\\x1b\[/, WITH_ESCAPES)).toEqual([])
  const commands = files.filter(file => !file.startsWith('src/cli/'))
  // The log formatter parses the log's own lines; the other one writes the body of a request.
  const allowed = [...commands, 'src/cli/terminal-log.ts', 'src/cli/mailbox.ts']
  expect(offendersOf(/JSON\.stringify/, allowed)).toEqual([])
})
