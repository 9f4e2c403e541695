import { toJson } from '../render/escape-json.ts'
import type { Attempt } from './audit.ts'

/** Attempts as JSON, one a line (NDJSON), for programs: no text in it can break a line. */
export function attemptsToNdjson(attempts: Attempt[]): string {
  return attempts.map(attempt => `${toJson(attempt)}\n`).join('')
}
