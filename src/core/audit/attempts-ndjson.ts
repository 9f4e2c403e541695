import { toJson } from '../render/escape-json.ts'
import type { Attempt } from './audit.ts'

/** Formats attempts as NDJSON: one JSON object per line, with all line breaks escaped. */
export function attemptsToNdjson(attempts: Attempt[]): string {
  return attempts.map(attempt => `${toJson(attempt)}\n`).join('')
}
