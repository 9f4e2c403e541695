import { type Finding, fail, ok } from './finding.ts'

/** A right that the service needs and its role lacks. */
export interface MissingRight {
  /** `UPDATE (success) on public.notification_emails_sent` */
  right: string
  /** The statement that gives it, for the owner to run. */
  grant: string
}

/** Each right that the role lacks, with its GRANT. */
export function checkPrivileges(role: string, missing: MissingRight[]): Finding[] {
  if (missing.length === 0) return [ok('privileges', `the role ${role} has all that it needs`)]
  return missing.map(({ right, grant }) =>
    fail('privileges', `the role ${role} lacks ${right}`, grant),
  )
}
