import type { Attempt } from '../core/audit/audit.ts'
import { toJson } from '../core/render/escape-json.ts'

/** Attempts as JSON, one a line (NDJSON), for programs: no text in it can break a line. */
export function attemptsToNdjson(attempts: Attempt[]): string {
  return attempts.map(attempt => `${toJson(attempt)}\n`).join('')
}
