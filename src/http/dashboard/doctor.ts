/** The result of one check, as `doctor` prints it. */
export interface Finding {
  check: string
  /** `warn`: it works, but not as well as it should. */
  status: 'ok' | 'warn' | 'fail'
  found: string
  fix?: string
}

/** Runs all checks, and reports how many have ended. Changes nothing. */
export type RunDoctor = (onProgress: (done: number, total: number) => void) => Promise<Finding[]>

/** The latest run of the checks, which may not have ended. */
export interface DoctorRun {
  done: number
  total: number
  /** Null while the checks run. */
  findings: Finding[] | null
  /** Null while the checks run. */
  finishedAt: Date | null
}

export interface Doctor {
  /** Starts the checks, unless they run or have just run. */
  start(options?: { isAnew?: boolean }): void
  latest(): DoctorRun
}

/** How long findings are shown without new checks, in ms. */
const FRESH_MS = 60_000
/** The checks ask the provider and DNS, so nobody may repeat them faster. */
const LEAST_MS = 5_000

export function createDoctor(run: RunDoctor, now: () => number = Date.now): Doctor {
  let latest: DoctorRun = { done: 0, total: 0, findings: null, finishedAt: new Date(0) }
  return {
    start({ isAnew = false } = {}) {
      if (!latest.finishedAt) return
      if (now() - latest.finishedAt.getTime() < (isAnew ? LEAST_MS : FRESH_MS)) return
      latest = { done: 0, total: 0, findings: null, finishedAt: null }
      const finish = (findings: Finding[]) => {
        latest = { ...latest, findings, finishedAt: new Date(now()) }
      }
      run((done, total) => {
        latest = { ...latest, done, total }
      }).then(finish, () =>
        finish([
          {
            check: 'checks',
            status: 'fail',
            found: 'the checks themselves failed',
            fix: 'read the log, or run: npm run tidings -- doctor',
          },
        ]),
      )
    },
    latest: () => latest,
  }
}
