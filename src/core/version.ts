import { readFileSync } from 'node:fs'

/** Reads this program's version from `package.json`, which is above `src` and above `dist`. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
