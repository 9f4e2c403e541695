import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import nodeFlags from '../../launcher/node-flags.json' with { type: 'json' }

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
let text: string | undefined

/** The commands in the help of the command line. */
export function commandNames(): string[] {
  text ??= execFileSync(process.execPath, [main, '--help'], { encoding: 'utf8' })
  const [, commands = ''] = text.split(/^Commands:$/m)
  return [...commands.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name as string)
}

/** The call of a command: `serve` with the Node flags that `npm start` uses. */
export function callOf(name: string): string[] {
  return ['node', ...(name === 'serve' ? nodeFlags : []), 'dist/main.js', name]
}
