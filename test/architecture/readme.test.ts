import { getTableName } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { used } from '../../src/db/column-uses.ts'
import { codeIn, readPage, rowsOf } from './markdown.ts'

const page = readPage('README.md')

test('the README can be read in five minutes', () => {
  expect(page.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(900)
})

test('the README names every table and column of the host that Tidings uses, and no other', () => {
  const written = rowsOf(page, 'table').flatMap(row =>
    codeIn(row['columns it uses'] ?? '').map(column => `${codeIn(row.table ?? '')}.${column}`),
  )
  const inCode = new Set(used.map(column => `${getTableName(column.table)}.${column.name}`))
  expect(written.toSorted()).toEqual([...inCode].toSorted())
})
