import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import type { AppLinks } from '../core/render/app-links.ts'

const expected = 'must be a JSON object such as {"comment_received":"/comments/{commentId}"}'
const maxTypes = 200
const maxPaths = 10
const maxPathLength = 300

/**
 * Parses APP_LINKS: a JSON object or the path of a file that contains one. Each value is a path below
 * APP_URL or a list of paths, the most specific first.
 */
export function readAppLinks(text: string, context: z.RefinementCtx): AppLinks {
  const fault = (message: string) => {
    context.addIssue({ code: 'custom', message })
    return {}
  }
  const json = text.trim().startsWith('{') ? text : readText(text)
  if (json === null) return fault(`${expected}, or the path of a readable file that contains one`)
  const map = parse(json)
  if (map === null) return fault(expected)
  const entries = Object.entries(map)
  if (entries.length > maxTypes) return fault(`must have at most ${maxTypes} types`)
  return Object.fromEntries(
    entries.map(([type, value]) => {
      const paths: unknown[] = Array.isArray(value) ? value : [value]
      const wrong =
        paths.length === 0 || paths.length > maxPaths
          ? `must have 1 to ${maxPaths} paths`
          : paths.map(faultOf).find(found => found !== null)
      if (wrong) fault(`: ${JSON.stringify(type)} ${wrong}`)
      return [type, paths as string[]]
    }),
  )
}

/** Why a value is not always a path at or below APP_URL, whatever the metadata contains; null if it is. */
function faultOf(path: unknown): string | null {
  if (typeof path !== 'string') return 'must be a path, or a list of paths'
  if (path.length > maxPathLength) return `must have at most ${maxPathLength} characters`
  // Browsers read `//` and `/\` as the beginning of another host.
  if (!/^\/(?![/\\])/.test(path)) return 'must begin with one slash'
  if (/[\s\\\p{Cc}]/u.test(path)) return 'must not have white space or a backslash'
  if (/(?:^|\/)(?:\.|%2e){1,2}(?=[/?#]|$)/i.test(path)) return 'must not go up with dots'
  if (!/^(?:[^{}]|\{\w+\})*$/.test(path)) {
    return 'must have only metadata keys in braces, as in {roundSlug}'
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
