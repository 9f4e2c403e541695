import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
let text: string | undefined

/** The commands that the command line has, as its own help tells them. */
export function commandNames(): string[] {
  text ??= execFileSync(process.execPath, [main, '--help'], { encoding: 'utf8' })
  const [, commands = ''] = text.split(/^Commands:$/m)
  return [...commands.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name as string)
}
