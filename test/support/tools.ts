import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'vitest'

/** Programs that no npm package brings, each with its Debian package. */
export const debianPackages = {
  openssl: 'openssl',
  pgbouncer: 'pgbouncer',
  spamassassin: 'spamassassin',
}

export type Tool = keyof typeof debianPackages

/** Debian and Homebrew install some of them where an ordinary PATH does not lead. */
const searchPath =
  process.env.TEST_TOOLS_PATH ??
  [process.env.PATH, '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'].join(delimiter)

/** The path of a program, or undefined where this machine does not have it. */
export function findTool(tool: Tool): string | undefined {
  return searchPath
    .split(delimiter)
    .filter(Boolean)
    .map(folder => join(folder, tool))
    .find(isExecutable)
}

/** The note of a skipped test; the closing line reads the tool's name from it. */
const NOTE = 'needs '

/** For `beforeEach`: skips every test of the file or the block where the program is missing. */
export function requireTool(tool: Tool): (context: TestContext) => void {
  const isMissing = !findTool(tool)
  return ({ skip }) => skip(isMissing, NOTE + tool)
}

/** The tool that a skipped test needs, by its note. */
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
