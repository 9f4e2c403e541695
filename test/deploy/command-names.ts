import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import nodeFlags from '../../launcher/node-flags.json' with { type: 'json' }

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
let text: string | undefined

/** The commands that the command line has, as its own help tells them. */
export function commandNames(): string[] {
  text ??= execFileSync(process.execPath, [main, '--help'], { encoding: 'utf8' })
  const [, commands = ''] = text.split(/^Commands:$/m)
  return [...commands.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name as string)
}

/** How a command is to be called: `serve` with the flags of Node that `npm start` gives it. */
export function callOf(name: string): string[] {
  return ['node', ...(name === 'serve' ? nodeFlags : []), 'dist/main.js', name]
}
