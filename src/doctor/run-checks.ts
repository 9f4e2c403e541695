import { type Finding, fail, warn } from './finding.ts'

export interface Check {
  name: string
  look(signal: AbortSignal): Promise<Finding[]>
}

export interface RunChecksOptions {
  /** Milliseconds after which a check is told of as unanswered. */
  limitMs: number
  /** What an error that ended a check says, without a stack or a secret. */
  tellError(error: unknown): Pick<Finding, 'found'> & { fix: string }
  /** So many checks begin. */
  onBegin(count: number): void
  onDone(): void
}

/** Makes all checks at once. None keeps the others from being told: not by an error, not by silence. */
export async function runChecks(
  checks: Check[],
  { limitMs, tellError, onBegin, onDone }: RunChecksOptions,
): Promise<Finding[]> {
  onBegin(checks.length)
  const all = checks.map(async ({ name, look }) => {
    const signal = AbortSignal.timeout(limitMs)
    const late = new Promise<Finding[]>(resolve => {
      const told = warn(name, `no answer within ${limitMs / 1000} s`, 'look again')
      signal.addEventListener('abort', () => resolve([told]))
    })
    const looked = look(signal).catch(error => {
      const { found, fix } = tellError(error)
      return [fail(name, found, fix)]
    })
    const findings = await Promise.race([looked, late])
    onDone()
    return findings
  })
  return (await Promise.all(all)).flat()
}
