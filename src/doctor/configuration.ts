import { type Finding, fail, ok } from './finding.ts'

/** Every fault that a start would tell of. */
export function checkConfiguration(faults: string[], production: boolean): Finding[] {
  if (faults.length === 0) {
    return [ok('configuration', `no fault; ${production ? '' : 'not '}for production (NODE_ENV)`)]
  }
  const fix = 'mend it in the environment or in .env (docs/configuration.md)'
  return faults.map(fault => fail('configuration', fault, fix))
}
