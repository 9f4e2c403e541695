// npm run email:figures: writes the results of the checks into docs/email.md
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ARTEFACTS, type Figures } from './figures.ts'

const doc = fileURLToPath(new URL('../../../docs/email.md', import.meta.url))
const BEGIN = '<!-- figures: npm run email:figures -->'
const END = '<!-- /figures -->'

const rows: Figures = {}
for (const check of ['markup', 'sight', 'message']) {
  const figures: Figures = JSON.parse(readFileSync(`${ARTEFACTS}figures/${check}.json`, 'utf8'))
  for (const [name, columns] of Object.entries(figures)) rows[name] = { ...rows[name], ...columns }
}
const columns = [...new Set(Object.values(rows).flatMap(row => Object.keys(row)))]
const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`
const table = [
  line(['sample', ...columns]),
  line(['---', ...columns.map(() => '--:')]),
  ...Object.entries(rows).map(([name, row]) =>
    line([name.replace('-', ' · '), ...columns.map(column => row[column] ?? '')]),
  ),
]

const text = readFileSync(doc, 'utf8')
const [before, rest] = text.split(BEGIN)
const after = rest?.split(END)[1]
if (after === undefined) throw new Error(`${doc} has no place for the table: ${BEGIN} … ${END}`)
writeFileSync(doc, `${before}${BEGIN}\n${table.join('\n')}\n${END}${after}`)
console.log(`wrote ${Object.keys(rows).length} rows into ${doc}`)
