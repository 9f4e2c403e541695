import { type Finding, fail, ok, warn } from './finding.ts'

export interface MigrationsReading {
  hostSchema: string
  /** How many of the host's tables are there. */
  hostTables: number
  /** Of this version. */
  known: number
  missing: string[]
  /** Applied ones that this version does not know. */
  strange: number
  /** Whether the first migration is applied, or marked as applied by `adopt`. */
  hasBaseline: boolean
  /** Whether a start applies what is missing by itself. */
  isEmbedded: boolean
}

const MIGRATE = 'npm run tidings -- migrate'
const ADOPT = 'npm run tidings -- adopt --dry-run, then adopt'

/** Whether the schema is the one that this version works with. */
export function checkMigrations(reading: MigrationsReading): Finding[] {
  const { hostSchema, hostTables, known, missing, strange, hasBaseline, isEmbedded } = reading
  const check = 'migrations'
  if (missing.length === 0 && strange === 0) return [ok(check, `all ${known} applied`)]
  if (missing.length === 0) {
    const found = `all ${known} applied, and ${strange} of a newer version`
    return [warn(check, found, 'run the newest version that has been run on this database')]
  }
  if (isEmbedded) {
    const found = `${missing.length} of ${known} not applied; serve and demo apply them by themselves`
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
            `${MIGRATE}, if the database is to be Tidings’ own; else look at DATABASE_URL`,
          )
        : fail(check, found, 'look at HOST_SCHEMA: tables are made in the schema public alone'),
    ]
  }
  return missing.length < known
    ? [fail(check, 'the adoption has not come to its end', 'npm run tidings -- adopt')]
    : [fail(check, 'the application’s tables are there and not adopted', ADOPT)]
}
