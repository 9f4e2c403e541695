import { type Finding, fail, ok } from './finding.ts'

/** Reports every error that would prevent a start. */
export function checkConfiguration(faults: string[], production: boolean): Finding[] {
  if (faults.length === 0) {
    return [ok('configuration', `valid, ${production ? '' : 'not '}in production mode (NODE_ENV)`)]
  }
  const fix = 'fix it in the environment or in .env (docs/configuration.md)'
  return faults.map(fault => fail('configuration', fault, fix))
}
