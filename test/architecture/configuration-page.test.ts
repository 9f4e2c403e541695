import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/config/config.ts'
import { environment } from '../../src/config/environment.ts'
import { codeIn, readPage, rowsOf } from './markdown.ts'

const page = readPage('docs/configuration.md')
const variables = Object.keys(environment.shape).toSorted()
const secrets = { API_TOKEN: 'api', CRON_SECRET: 'cron', LINK_SECRET: 'link' }
const rows = rowsOf(page, 'variable').map(row => ({
  name: codeIn(row.variable ?? '').join(),
  default: row.default ?? '',
}))
const refused = rowsOf(page, 'given').map(({ given = '', message = '' }) => ({ given, message }))
const ADD_A_ROW = 'add a row under “What is refused” in docs/configuration.md'
const example = readPage('.env.example')
  .split('\n')
  .flatMap(line => {
    const [, name, value = ''] = /^# ([A-Z_]+)=(.*)$/.exec(line) ?? []
    return name ? [[name, value] as const] : []
  })

test('docs/configuration.md has every variable once, and no other', () => {
  expect(rows.map(({ name }) => name).toSorted()).toEqual(variables)
})

test('.env.example has every variable once, and no other', () => {
  expect(example.map(([name]) => name).toSorted()).toEqual(variables)
})

test.each(rows)('the default of $name', ({ name, default: written }) => {
  const schema = environment.shape[name as keyof typeof environment.shape]
  const { data } = schema.safeParse(undefined)
  // Other defaults are described in words.
  if (['string', 'number', 'boolean'].includes(typeof data)) expect(written).toBe(`\`${data}\``)
  else expect(written).not.toBe('')
})

test('uncommenting all of .env.example changes nothing', () => {
  const { portGiven, ...config } = readConfig({ ...Object.fromEntries(example), ...secrets })
  expect(config).toEqual({ ...readConfig(secrets), portGiven: undefined })
})

test.each(refused)('$given is refused with its message', ({ given, message }) => {
  expect(faultsOf(variablesIn(given))).toEqual([messageIn(message)])
})

test('every variable that refuses a value has a row that says so', () => {
  const picky = Object.entries(environment.shape).filter(
    ([, schema]) => !schema.safeParse('?').success || !schema.safeParse(undefined).success,
  )
  const written = refused.map(({ message }) => /^[A-Z_]+/.exec(messageIn(message))?.[0])
  const missing = picky.map(([name]) => name).filter(name => !written.includes(name))
  expect(missing, ADD_A_ROW).toEqual([])
})

test('every message of the schema is in the table', () => {
  const source = readPage('src/config/environment.ts')
  const sentences = [...source.matchAll(/'(must [^'$]+)'/g)].map(([, sentence = '']) => sentence)
  const messages = refused.map(({ message }) => messageIn(message)).join('\n')
  expect(sentences.length).toBeGreaterThan(20)
  const missing = sentences.filter(sentence => !messages.includes(sentence))
  expect(missing, ADD_A_ROW).toEqual([])
})

/** Parses `NAME=value` pairs; `x…` followed by `(61 characters)` stands for a value of that length. */
function variablesIn(given: string): Record<string, string> {
  const length = Number(/\((\d+) characters\)/.exec(given)?.[1] ?? 0)
  const pairs = codeIn(given).flatMap(code => {
    const [, name, value = ''] = /^([A-Z_]+)=(.*)$/.exec(code) ?? []
    return name ? [[name, value.replace(/x…$/, it => it[0]?.repeat(length) ?? '')]] : []
  })
  return Object.fromEntries(
    pairs.map(([name, value = '']) => [name, length ? value.slice(0, length) : value]),
  )
}

/** Unquotes a message: one with backticks is quoted with two, and spaces next to its own. */
function messageIn(cell: string): string {
  return cell.replace(/^``?|``?$/g, '').trimEnd()
}

function faultsOf(given: Record<string, string>): string[] {
  try {
    readConfig({ ...secrets, ...given })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}
