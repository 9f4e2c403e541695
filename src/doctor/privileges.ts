import { type Finding, fail, ok } from './finding.ts'

/** A right that the service needs and its role does not have. */
export interface MissingRight {
  /** `UPDATE (success) on public.notification_emails_sent` */
  right: string
  /** The statement that grants it, to be run by the owner. */
  grant: string
}

/** Reports each missing right with its GRANT. */
export function checkPrivileges(role: string, missing: MissingRight[]): Finding[] {
  if (missing.length === 0)
    return [ok('privileges', `the role ${role} has all the rights it needs`)]
  return missing.map(({ right, grant }) =>
    fail('privileges', `the role ${role} lacks ${right}`, grant),
  )
}
