import { type Finding, ok, warn } from './finding.ts'

/** The delivery guards that are set, a sentence each. In production one may have been forgotten. */
export function checkGuards(guards: string[], isProduction: boolean): Finding[] {
  const fix = 'unset it if every user is to get emails (docs/configuration.md)'
  return guards.map(guard => (isProduction ? warn('guards', guard, fix) : ok('guards', guard)))
}
