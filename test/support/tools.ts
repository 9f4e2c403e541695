import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'vitest'

/** Programs that are not available from npm, with their Debian packages. */
export const debianPackages = {
  bash: 'bash',
  curl: 'curl',
  openssl: 'openssl',
  pgbouncer: 'pgbouncer',
  promtool: 'prometheus',
  spamassassin: 'spamassassin',
  tar: 'tar',
}

export type Tool = keyof typeof debianPackages

/** Debian and Homebrew install some of them outside the usual PATH. */
const searchPath =
  process.env.TEST_TOOLS_PATH ??
  [process.env.PATH, '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'].join(delimiter)

/** The path of a program; undefined if it is not installed. */
export function findTool(tool: Tool): string | undefined {
  return searchPath
    .split(delimiter)
    .filter(Boolean)
    .map(folder => join(folder, tool))
    .find(isExecutable)
}

/** The prefix of a skipped test's note; the reporter reads the tool's name from the note. */
const NOTE = 'needs '

/** For `beforeEach`: skips the tests of the file or block if the program is missing. */
export function requireTool(tool: Tool): (context: TestContext) => void {
  const isMissing = !findTool(tool)
  return ({ skip }) => skip(isMissing, NOTE + tool)
}

/** The tool named in the note of a skipped test. */
export function toolInNote(note: string | undefined): Tool | undefined {
  const name = note?.startsWith(NOTE) ? note.slice(NOTE.length) : ''
  return name in debianPackages ? (name as Tool) : undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
