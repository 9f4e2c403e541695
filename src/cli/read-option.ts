import { InvalidArgumentError } from 'commander'
import { isUuid } from '../core/uuid.ts'

/** Parses a UUID. Commander puts the option's name before the message. */
export function readUuid(text: string): string {
  if (!isUuid(text)) throw new InvalidArgumentError('It must be a UUID.')
  return text.toLowerCase()
}

export function readLimit(text: string): number {
  const limit = Number(text)
  if (!/^\d+$/.test(text) || limit < 1 || limit > 1_000_000) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000000.')
  }
  return limit
}

const AGO = /^(\d{1,4})(min|h|d)$/
const UNIT_MS = { min: 60_000, h: 3_600_000, d: 86_400_000 }
const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?$/

/** Parses an ISO 8601 date or time (UTC by default), or a time ago such as `24h` or `7d`. */
export function readTime(text: string): Date {
  const [, count, unit] = AGO.exec(text) ?? []
  if (count) return new Date(Date.now() - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS])
  const hasZone = /T.*(Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes('T')
  const date = new Date(hasZone ? text : `${text}Z`)
  const year = date.getUTCFullYear()
  if (!ISO.test(text) || !(year > 1970 && year < 2200)) {
    throw new InvalidArgumentError(
      'It must be a time such as 2026-11-14, 2026-11-14T09:12Z, 24h or 7d (ago).',
    )
  }
  return date
}
