import { counted } from '../core/counted.ts'
import type { Adoption } from '../db/adopt/adopt.ts'
import type { Compatibility, Finding } from '../db/adopt/finding.ts'
import type { HostReport } from '../db/adopt/inspect-host.ts'
import type { Output } from './output.ts'
import { cut, hang, padEnd } from './wrap.ts'

const MARKS: Record<Compatibility, string> = {
  fits: 'fits',
  differs: 'differs',
  impossible: 'CANNOT WORK',
}

type ReportOutput = Pick<Output, 'columns'>

/** How wide the names of columns are laid out, and what stands before the SQL that mends one. */
const NAME = 28
const FIX = ' '.repeat(17)

/** What was found of a host, a line each, and what adopting it would do. */
export function formatHost(report: HostReport, room: ReportOutput): string[] {
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
      return ['', heading, ...formatTable(its, room)]
    }),
    '',
    ...(state === 'impossible' ? formatImpossible(report, room) : formatPlan(report, room)),
    ...report.lacksRights.flatMap(line =>
      hang('', `${line}: run adopt as a role that may`, room.columns),
    ),
  ]
}

/** What was done. */
export function formatAdoption({ report, adopted, done }: Adoption, room: ReportOutput): string[] {
  if (!adopted) return [...formatHost(report, room), 'nothing was changed']
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
function formatTable(findings: Finding[], { columns }: ReportOutput): string[] {
  const line = (fit: Compatibility, name: string, text: string) =>
    hang(`  ${MARKS[fit].padEnd(13)}${padEnd(name, NAME)} `, text, columns)
  return [...Map.groupBy(findings, finding => finding.column)].flatMap(([column, its]) => {
    const name = clip(column ?? '(table)', columns)
    const fits = its.filter(({ fit }) => fit === 'fits').map(({ found }) => found)
    const rest = its.filter(({ fit }) => fit !== 'fits')
    return [
      ...(fits.length > 0 ? line('fits', name, fits.join(', ')) : []),
      ...rest.flatMap(finding => {
        const { fit, fix } = finding
        return [
          ...line(fit, name, compare(finding)),
          ...(fix ? fix.split('\n').flatMap(sql => hang(FIX, sql, columns, 'sql')) : []),
        ]
      }),
    ]
  })
}

function compare({ expected, found, aspect, note }: Finding): string {
  const compared = aspect === 'enum values' ? aspect : `${found}, expected: ${expected} (${aspect})`
  return note ? `${compared}: ${note}` : compared
}

function formatImpossible({ findings }: HostReport, { columns }: ReportOutput): string[] {
  const count = findings.filter(({ fit }) => fit === 'impossible').length
  const things = count === 1 ? 'one thing stands' : `${count} things stand`
  const text = `${things} in the way: run the SQL below CANNOT WORK, then look again.`
  return hang('', text, columns)
}

function formatPlan(report: HostReport, { columns }: ReportOutput): string[] {
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
