import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { createPaint, line, Painted } from '../../src/cli/styles.ts'
import { type Column, table } from '../../src/cli/table.ts'
import { cut, hang, wrap } from '../../src/cli/wrap.ts'

const terminal = (columns?: number) => ({ columns, isColoured: false, paint: createPaint(false) })
const format = (columns: Column[], rows: string[][], width?: number) =>
  table(columns, rows, terminal(width))?.map(({ text }) => text) ?? null

const COLUMNS: Column[] = [
  { head: 'what', shrink: 'wrap', least: 12 },
  { head: 'a_long_head', shortHead: ['a_long_', 'head'], align: 'right' },
  { head: 'example', shrink: 'cut', least: 6 },
]
const ROWS = [['nothing unread for long enough', '12', '田中さん, Mara Lindqvist']]

describe('a table', () => {
  test('has unlimited width without a terminal', () => {
    expect(format(COLUMNS, ROWS)?.[3]).toBe(
      '│ nothing unread for long enough │          12 │ 田中さん, Mara Lindqvist │',
    )
  })

  test.each([79, 70, 60, 52, 45, 40])('is never wider than a terminal of %d columns', width => {
    const lines = format(COLUMNS, ROWS, width)
    expect(lines).not.toBeNull()
    expect(new Set(lines?.map(text => stringWidth(text))).size).toBe(1)
    expect(stringWidth(lines?.[0] ?? '')).toBeLessThanOrEqual(width)
  })

  test('shortens its heads first, then cuts, then wraps', () => {
    expect(format(COLUMNS, ROWS, 70)?.[4]).toContain('│      12 │ 田中さん, Mara Lind')
    const narrow = format(COLUMNS, ROWS, 45)?.join('\n') ?? ''
    expect(narrow).toMatch(/│ nothing unread for +│ +12 │ 田中… +│\n│ {3}long enough +│/)
  })

  test('is null if its cells do not fit', () => {
    expect(format(COLUMNS, ROWS, 30)).toBeNull()
  })

  test('cleans its cells', () => {
    expect(format([{ head: 'a' }], [['x\u001b[2Jy\nz']])?.[3]).toBe('│ x[2Jy z │')
  })
})

describe('lines', () => {
  test('wrap between words; longer words are split', () => {
    expect(wrap('the quick brown fox', 10)).toEqual(['the quick', 'brown fox'])
    expect(wrap('a 0123456789abc d', 5)).toEqual(['a', '01234', '56789', 'abc d'])
    expect(wrap('田中田中', 5)).toEqual(['田中', '田中'])
    expect(wrap('', 5)).toEqual([''])
  })

  test('of SQL keep quoted strings together', () => {
    const sql = `alter type "a b" add value 'c  d'`
    expect(wrap(sql, 10, 'sql')).toEqual(['alter type', '"a b" add', 'value', `'c  d'`])
  })

  test('have a hanging indent; without a terminal they stay one line', () => {
    expect(hang('  yes  ', 'one two three four five', 27)).toEqual([
      '  yes  one two three four',
      '       five',
    ])
    expect(hang('  yes  ', 'one two')).toEqual(['  yes  one two'])
  })

  test('end with … where they were cut', () => {
    expect(cut('Mara Lindqvist', 14)).toBe('Mara Lindqvist')
    expect(cut('Mara Lindqvist', 6)).toBe('Mara…')
    expect(cut('田中田中', 6)).toBe('田中…')
    expect(cut('a\u001b[31mb', 5)).toBe('a[31…')
  })
})

test('only painted texts have colours; every interpolated value is cleaned', () => {
  const paint = createPaint(true)
  const hostile = 'x\u001b[31m\u009b2Jy'
  expect(line`a ${hostile} ${paint('red', hostile)} ${1}`.text).toBe(
    'a x[31m2Jy \u001b[31mx[31m2Jy\u001b[39m 1',
  )
  expect(createPaint(false)('red', hostile)).toEqual(new Painted('x[31m2Jy'))
})
