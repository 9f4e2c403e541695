import { type Finding, fail, warn } from './finding.ts'

export interface Check {
  name: string
  run(signal: AbortSignal): Promise<Finding[]>
}

export interface RunChecksOptions {
  /** The timeout of a check, in milliseconds. */
  limitMs: number
  /** Describes the error that ended a check, without a stack or a secret. */
  describeError(error: unknown): Pick<Finding, 'found'> & { fix: string }
  /** Called with the number of checks that begin. */
  onBegin(count: number): void
  onDone(): void
}

/** The timeout of a check of `doctor`, in milliseconds. */
export const CHECK_MS = 5_000

/** Counts the checks of several `runChecks`, and reports each change. */
export function countChecks(
  onProgress: (done: number, total: number) => void,
): Pick<RunChecksOptions, 'onBegin' | 'onDone'> {
  let done = 0
  let total = 0
  return {
    onBegin(count) {
      total += count
      onProgress(done, total)
    },
    onDone() {
      done += 1
      onProgress(done, total)
    },
  }
}

/** Runs all checks at once. A check that fails or does not answer does not affect the others. */
export async function runChecks(
  checks: Check[],
  { limitMs, describeError, onBegin, onDone }: RunChecksOptions,
): Promise<Finding[]> {
  onBegin(checks.length)
  const all = checks.map(async ({ name, run }) => {
    const signal = AbortSignal.timeout(limitMs)
    const timeout = new Promise<Finding[]>(resolve => {
      const finding = warn(name, `no answer within ${limitMs / 1000} s`, 'try again')
      signal.addEventListener('abort', () => resolve([finding]))
    })
    const result = run(signal).catch(error => {
      const { found, fix } = describeError(error)
      return [fail(name, found, fix)]
    })
    const findings = await Promise.race([result, timeout])
    onDone()
    return findings
  })
  return (await Promise.all(all)).flat()
}
