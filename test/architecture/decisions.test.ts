import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { readPage, rowsOf } from './markdown.ts'

const folder = 'docs/decisions'
const pages = globSync(`${folder}/*.md`).filter(path => basename(path) !== 'README.md')
const index = rowsOf(readPage(`${folder}/README.md`), 'decision')

test.each(pages)('%s has a status, a date, options and a confirmation', page => {
  expect(readPage(page)).toMatch(
    /^# .+\n\n\| \| \|\n\|---\|---\|\n\| Status \| (?:accepted|superseded by \[.+\)) \|\n\| Date \| \d{4}-\d\d-\d\d.* \|\n\| Options \| .+ \|\n\| Confirmed by \| .+ \|\n/,
  )
})

test.each(pages)('%s is listed with its date', page => {
  const row = index.find(({ decision = '' }) => decision.endsWith(`](${basename(page)})`))
  const [, date] = /^\| Date \| (\d{4}-\d\d-\d\d)/m.exec(readPage(page)) ?? []
  expect(row?.date).toBe(date)
})
