/** `warn`: it works, but not as well as it should; `fail`: something does not work. */
export type Status = 'ok' | 'warn' | 'fail'

/** The result of one check. */
export interface Finding {
  check: string
  status: Status
  found: string
  /** How to fix it, in one line: a command, a statement, or a setting. */
  fix?: string
}

export const ok = (check: string, found: string): Finding => ({ check, status: 'ok', found })

export const warn = (check: string, found: string, fix: string): Finding => ({
  check,
  status: 'warn',
  found,
  fix,
})

export const fail = (check: string, found: string, fix: string): Finding => ({
  check,
  status: 'fail',
  found,
  fix,
})

/** The worst status among the findings. */
export function worstOf(findings: Pick<Finding, 'status'>[]): Status {
  const has = (status: Status) => findings.some(finding => finding.status === status)
  return has('fail') ? 'fail' : has('warn') ? 'warn' : 'ok'
}

/** Reports checks that could not run, and why. */
export function skippedChecks(checks: string[], why: string): Finding[] {
  if (checks.length === 0) return []
  return [
    warn('skipped', `skipped, ${why}: ${checks.join(', ')}`, 'fix that, then run the doctor again'),
  ]
}
