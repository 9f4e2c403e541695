import type { Adoption } from '../db/adopt/adopt.ts'
import type { Finding, Fit } from '../db/adopt/finding.ts'
import type { HostReport } from '../db/adopt/inspect-host.ts'

const MARKS: Record<Fit, string> = { fits: 'fits', differs: 'differs', impossible: 'CANNOT WORK' }

/** What was found of a host, a line each, and what adopting it would do. */
export function tellHost(report: HostReport): string[] {
  const { schema, state, tables, findings } = report
  if (state === 'empty') {
    return [
      `the schema ${schema} has none of the application’s tables: there is nothing to adopt.`,
      'An empty database wants: npm run tidings -- migrate',
    ]
  }
  const byTable = Map.groupBy(findings, finding => finding.table)
  return [
    ...[...byTable].flatMap(([name, its]) => {
      const size = tables.find(table => table.name === name)
      const heading = size ? `${name}, about ${round(size.rows)} rows` : name
      return ['', heading, ...tellTable(its)]
    }),
    '',
    ...(state === 'impossible' ? tellImpossible(report) : tellPlan(report)),
    ...report.lacksRights.map(line => `${line}: run adopt as a role that may`),
  ]
}

/** What was done. */
export function tellAdoption({ report, adopted, done }: Adoption): string[] {
  if (!adopted) return [...tellHost(report), 'nothing was changed']
  const { indexes, migrations, people } = done
  if (report.state === 'adopted' && indexes + migrations === 0) return ['nothing to do']
  return [
    ...(indexes > 0 ? [`indexes built: ${indexes}`] : []),
    ...(migrations > 0 ? [`migrations applied: ${migrations}`] : []),
    ...(people > 0 ? [`people whose history was taken over: ${people}`] : []),
    'adopted',
  ]
}

/** A line for each column that fits, and one for each thing that does not. */
function tellTable(findings: Finding[]): string[] {
  return [...Map.groupBy(findings, finding => finding.column)].flatMap(([column, its]) => {
    const name = column ?? '(table)'
    const fits = its.filter(({ fit }) => fit === 'fits').map(({ found }) => found)
    const rest = its.filter(({ fit }) => fit !== 'fits')
    return [
      ...(fits.length > 0 ? [line('fits', name, fits.join(', '))] : []),
      ...rest.flatMap(finding => tellDifference(finding, name)),
    ]
  })
}

function tellDifference({ fit, expected, found, aspect, note, mend }: Finding, name: string) {
  const compared = aspect === 'enum values' ? aspect : `${found}, expected: ${expected} (${aspect})`
  return [
    line(fit, name, note ? `${compared}: ${note}` : compared),
    ...(mend ? mend.split('\n').map(statement => `                 ${statement}`) : []),
  ]
}

function line(fit: Fit, name: string, text: string): string {
  return `  ${MARKS[fit].padEnd(13)}${name.padEnd(28)} ${text}`
}

function tellImpossible({ findings }: HostReport): string[] {
  const count = findings.filter(({ fit }) => fit === 'impossible').length
  return [
    `${count === 1 ? 'one thing stands' : `${count} things stand`} in the way: run the SQL below ` +
      'CANNOT WORK, then look again.',
  ]
}

function tellPlan(report: HostReport): string[] {
  const { missingSchemas, missingIndexes, migrations, state } = report
  const plan = [
    ...missingIndexes.map(
      ({ sql, seconds, leftover }) =>
        `  ${leftover ? 'drop what an interrupted build has left, and ' : ''}build, in ${duration(seconds)}, ` +
        `while the application goes on: ${sql}`,
    ),
    ...missingSchemas.map(name => `  create the schema ${name}`),
    ...migrations.mark.map(name => `  mark as applied: ${name}`),
    ...migrations.apply.map(name => `  apply: ${name}`),
    ...(state === 'adopted' ? [] : ['  take over whom was mailed until when, from your history']),
  ]
  if (plan.length === 0) return ['adopted: nothing to do']
  return [state === 'adopted' ? 'adopted, and yet to do:' : 'adopt will:', ...plan]
}

function duration(seconds: number): string {
  if (seconds < 2) return 'a moment'
  return seconds < 90 ? `about ${Math.ceil(seconds)} s` : `about ${Math.ceil(seconds / 60)} min`
}

function round(count: number): string {
  return Math.round(count).toLocaleString('en')
}
