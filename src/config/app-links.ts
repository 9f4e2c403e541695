import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import type { AppLinks } from '../core/render/app-links.ts'

const expected = 'must be a JSON object such as {"comment_received":"/comments/{commentId}"}'
const mostTypes = 200
const mostPaths = 10
const longestPath = 300

/**
 * Where each type of notification is shown: a JSON object, or the path of a file with one. A value is
 * a path below APP_URL or a list of them, the fullest first.
 */
export function readAppLinks(text: string, context: z.RefinementCtx): AppLinks {
  const fault = (message: string) => {
    context.addIssue({ code: 'custom', message })
    return {}
  }
  const json = text.trim().startsWith('{') ? text : readText(text)
  if (json === null) return fault(`${expected}, or the path of a file with one that can be read`)
  const map = parse(json)
  if (map === null) return fault(expected)
  const entries = Object.entries(map)
  if (entries.length > mostTypes) return fault(`must have ${mostTypes} types or less`)
  return Object.fromEntries(
    entries.map(([type, value]) => {
      const paths: unknown[] = Array.isArray(value) ? value : [value]
      const wrong =
        paths.length === 0 || paths.length > mostPaths
          ? `must have 1 to ${mostPaths} paths`
          : paths.map(faultOf).find(found => found !== null)
      if (wrong) fault(`: ${JSON.stringify(type)} ${wrong}`)
      return [type, paths as string[]]
    }),
  )
}

/** What keeps a value from being a path at or below APP_URL, whatever the metadata puts into it. */
function faultOf(path: unknown): string | null {
  if (typeof path !== 'string') return 'must be a path, or a list of paths'
  if (path.length > longestPath) return `must be ${longestPath} characters or less`
  // Browsers take `//` and `/\` for the beginning of another host.
  if (!/^\/(?![/\\])/.test(path)) return 'must begin with one slash'
  if (/[\s\\\p{Cc}]/u.test(path)) return 'must not have white space or a backslash'
  if (/(?:^|\/)(?:\.|%2e){1,2}(?=[/?#]|$)/i.test(path)) return 'must not go up with dots'
  if (!/^(?:[^{}]|\{\w+\})*$/.test(path)) {
    return 'must have nothing but keys of the metadata in braces, as in {roundSlug}'
  }
  return null
}

function readText(file: string): string | null {
  try {
    return readFileSync(file.trim(), 'utf8')
  } catch {
    return null
  }
}

function parse(json: string): object | null {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}
