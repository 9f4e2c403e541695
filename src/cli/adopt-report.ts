import { counted } from '../core/counted.ts'
import type { Adoption } from '../db/adopt/adopt.ts'
import type { Compatibility, Finding } from '../db/adopt/finding.ts'
import type { HostReport } from '../db/adopt/inspect-host.ts'
import { USE_QUEUE_SCHEMA } from '../db/migrate/queue-schema.ts'
import type { Output } from './output.ts'
import { cut, hang, padEnd } from './wrap.ts'

const MARKS: Record<Compatibility, string> = {
  fits: 'fits',
  differs: 'differs',
  impossible: 'CANNOT WORK',
}

type Terminal = Pick<Output, 'columns'>

/** The width of the column names, and the indentation of the SQL that fixes a difference. */
const NAME = 28
const FIX = ' '.repeat(17)

/** Formats the findings about the host's tables, and what adopting the database would do. */
export function formatHost(report: HostReport, output: Terminal): string[] {
  const { schema, state, tables, findings } = report
  if (state === 'empty') {
    return [
      `the schema ${schema} has none of the application’s tables: there is nothing to adopt.`,
      'For an empty database, run: npm run tidings -- migrate',
    ].flatMap(text => hang('', text, output.columns))
  }
  const byTable = Map.groupBy(findings, finding => finding.table)
  return [
    ...[...byTable].flatMap(([name, its]) => {
      const size = tables.find(table => table.name === name)
      return ['', `${name}${size ? `, ${formatRows(size.rows)}` : ''}`, ...formatTable(its, output)]
    }),
    '',
    ...(state === 'impossible' ? formatImpossible(report, output) : formatPlan(report, output)),
    ...report.lacksRights.flatMap(line => hang('', line, output.columns, 'sql')),
    ...(report.lacksRights.length > 0
      ? hang('', 'Run adopt as a role that has these rights, or grant them.', output.columns)
      : []),
    ...(report.foreignQueue
      ? hang('', `${report.foreignQueue}. ${USE_QUEUE_SCHEMA}.`, output.columns)
      : []),
  ]
}

function formatRows(rows: number | null): string {
  if (rows === null) return 'number of rows not known'
  return `about ${counted(Math.round(rows), 'row')}`
}

/** Formats what the adoption did. */
export function formatAdoption({ report, adopted, done }: Adoption, output: Terminal): string[] {
  if (!adopted) return [...formatHost(report, output), 'Nothing was changed.']
  const { indexes, migrations, people } = done
  if (report.state === 'adopted' && indexes + migrations === 0) {
    // The queue is installed after the rest, perhaps by an adopt that ran at the same time.
    const installed = report.missingSchemas.map(name => `queue installed in the schema ${name}`)
    return installed.length > 0 ? installed : ['nothing to do']
  }
  return [
    ...(indexes > 0 ? [`indexes built: ${indexes}`] : []),
    ...(migrations > 0 ? [`migrations applied: ${migrations}`] : []),
    ...(people > 0 ? [`users whose history was imported: ${people}`] : []),
    'adopted',
  ]
}

/** One line for each matching column, and one for each difference. */
function formatTable(findings: Finding[], { columns }: Terminal): string[] {
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

function formatImpossible({ findings }: HostReport, { columns }: Terminal): string[] {
  const count = findings.filter(({ fit }) => fit === 'impossible').length
  const differences = count === 1 ? 'one difference prevents' : `${count} differences prevent`
  const text = `${differences} adoption: run the SQL below each CANNOT WORK, then try again.`
  return hang('', text, columns)
}

function formatPlan(report: HostReport, { columns }: Terminal): string[] {
  const { missingSchemas, missingIndexes, migrations, state } = report
  const plan = [
    ...missingIndexes.map(
      ({ sql, seconds, leftover }) =>
        `${leftover ? 'drop the invalid index of an interrupted build, then ' : ''}build in ${duration(seconds)}, ` +
        `while the application keeps running: ${sql}`,
    ),
    ...missingSchemas.map(name => `create the schema ${name}`),
    ...migrations.mark.map(name => `mark as applied: ${name}`),
    ...migrations.apply.map(name => `apply: ${name}`),
    ...(state === 'adopted' ? [] : ['import from your history which users were emailed, and when']),
  ]
  if (plan.length === 0) return ['adopted: nothing to do']
  return [
    state === 'adopted' ? 'adopted, but still to do:' : 'adopt will:',
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
