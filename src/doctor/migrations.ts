import { type Finding, fail, ok, warn } from './finding.ts'

export interface MigrationsReading {
  hostSchema: string
  /** How many of the host's tables exist. */
  hostTables: number
  /** The number of migrations in this version. */
  known: number
  missing: string[]
  /** The number of applied migrations that this version does not have. */
  unknown: number
  /** Whether the first migration is applied, or was marked as applied by `adopt`. */
  hasBaseline: boolean
  /** Whether a start applies missing migrations by itself. */
  isEmbedded: boolean
}

const MIGRATE = 'npm run tidings -- migrate'
const ADOPT = 'npm run tidings -- adopt --dry-run, then adopt'

/** Checks whether the schema is that of this version. */
export function checkMigrations(reading: MigrationsReading): Finding[] {
  const { hostSchema, hostTables, known, missing, unknown, hasBaseline, isEmbedded } = reading
  const check = 'migrations'
  if (missing.length === 0 && unknown === 0) return [ok(check, `all ${known} applied`)]
  if (missing.length === 0) {
    const found = `all ${known} applied, and ${unknown} of a later version`
    return [warn(check, found, 'run the latest version that has run on this database')]
  }
  if (isEmbedded) {
    const found = `${missing.length} of ${known} not applied; serve and demo apply them`
    return [warn(check, found, MIGRATE)]
  }
  if (hasBaseline) {
    return [
      fail(check, `${missing.length} of ${known} not applied: ${missing.join(', ')}`, MIGRATE),
    ]
  }
  if (hostTables === 0) {
    const found = `the schema ${hostSchema} has none of the application’s tables`
    return [
      hostSchema === 'public'
        ? fail(
            check,
            found,
            `${MIGRATE} if Tidings should create them; otherwise check DATABASE_URL`,
          )
        : fail(check, found, 'check HOST_SCHEMA: migrate creates tables only in the schema public'),
    ]
  }
  return missing.length < known
    ? [fail(check, 'the adoption is incomplete', 'npm run tidings -- adopt')]
    : [fail(check, 'the application’s tables exist but are not adopted', ADOPT)]
}
