import { counted } from '../core/counted.ts'
import type { Adoption } from '../db/adopt/adopt.ts'
import type { Finding, Fit } from '../db/adopt/finding.ts'
import type { HostReport } from '../db/adopt/inspect-host.ts'
import type { Output } from './output.ts'
import { cut, hang, padEnd } from './wrap.ts'

const MARKS: Record<Fit, string> = { fits: 'fits', differs: 'differs', impossible: 'CANNOT WORK' }

type Room = Pick<Output, 'columns'>

/** How wide the names of columns are laid out, and what stands before the SQL that mends one. */
const NAME = 28
const MEND = ' '.repeat(17)

/** What was found of a host, a line each, and what adopting it would do. */
export function tellHost(report: HostReport, room: Room): string[] {
  const { schema, state, tables, findings } = report
  if (state === 'empty') {
    return [
      `the schema ${schema} has none of the application’s tables: there is nothing to adopt.`,
      'An empty database wants: npm run tidings -- migrate',
    ].flatMap(text => hang('', text, room.columns))
  }
  const byTable = Map.groupBy(findings, finding => finding.table)
  return [
    ...[...byTable].flatMap(([name, its]) => {
      const size = tables.find(table => table.name === name)
      const heading = size ? `${name}, about ${counted(Math.round(size.rows), 'row')}` : name
      return ['', heading, ...tellTable(its, room)]
    }),
    '',
    ...(state === 'impossible' ? tellImpossible(report, room) : tellPlan(report, room)),
    ...report.lacksRights.flatMap(line =>
      hang('', `${line}: run adopt as a role that may`, room.columns),
    ),
  ]
}

/** What was done. */
export function tellAdoption({ report, adopted, done }: Adoption, room: Room): string[] {
  if (!adopted) return [...tellHost(report, room), 'nothing was changed']
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
function tellTable(findings: Finding[], { columns }: Room): string[] {
  const line = (fit: Fit, name: string, text: string) =>
    hang(`  ${MARKS[fit].padEnd(13)}${padEnd(name, NAME)} `, text, columns)
  return [...Map.groupBy(findings, finding => finding.column)].flatMap(([column, its]) => {
    const name = clip(column ?? '(table)', columns)
    const fits = its.filter(({ fit }) => fit === 'fits').map(({ found }) => found)
    const rest = its.filter(({ fit }) => fit !== 'fits')
    return [
      ...(fits.length > 0 ? line('fits', name, fits.join(', ')) : []),
      ...rest.flatMap(finding => {
        const { fit, mend } = finding
        return [
          ...line(fit, name, compare(finding)),
          ...(mend ? mend.split('\n').flatMap(sql => hang(MEND, sql, columns, 'sql')) : []),
        ]
      }),
    ]
  })
}

function compare({ expected, found, aspect, note }: Finding): string {
  const compared = aspect === 'enum values' ? aspect : `${found}, expected: ${expected} (${aspect})`
  return note ? `${compared}: ${note}` : compared
}

function tellImpossible({ findings }: HostReport, { columns }: Room): string[] {
  const count = findings.filter(({ fit }) => fit === 'impossible').length
  const things = count === 1 ? 'one thing stands' : `${count} things stand`
  const text = `${things} in the way: run the SQL below CANNOT WORK, then look again.`
  return hang('', text, columns)
}

function tellPlan(report: HostReport, { columns }: Room): string[] {
  const { missingSchemas, missingIndexes, migrations, state } = report
  const plan = [
    ...missingIndexes.map(
      ({ sql, seconds, leftover }) =>
        `${leftover ? 'drop what an interrupted build has left, and ' : ''}build, in ${duration(seconds)}, ` +
        `while the application goes on: ${sql}`,
    ),
    ...missingSchemas.map(name => `create the schema ${name}`),
    ...migrations.mark.map(name => `mark as applied: ${name}`),
    ...migrations.apply.map(name => `apply: ${name}`),
    ...(state === 'adopted' ? [] : ['take over whom was mailed until when, from your history']),
  ]
  if (plan.length === 0) return ['adopted: nothing to do']
  return [
    state === 'adopted' ? 'adopted, and yet to do:' : 'adopt will:',
    ...plan.flatMap(text => hang('  ', text, columns, 'sql')),
  ]
}

function duration(seconds: number): string {
  if (seconds < 2) return 'a moment'
  return seconds < 90 ? `about ${Math.ceil(seconds)} s` : `about ${Math.ceil(seconds / 60)} min`
}

function clip(name: string, columns: number | undefined): string {
  return columns === undefined ? name : cut(name, NAME)
}
