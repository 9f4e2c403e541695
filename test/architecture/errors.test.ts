import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../src')
const classes = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.tsx?$/.test(name))
  .flatMap(file =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/\bclass (\w+) extends (\w*Error)\b/g)].map(
      ([, name = '', base = '']) => ({ file, name, base }),
    ),
  )

test('every error class ends in Error and extends TidingsError, which says whether it is retryable', () => {
  expect(classes.length).toBeGreaterThan(10)
  expect(classes.filter(({ name }) => !name.endsWith('Error'))).toEqual([])
  expect(classes.filter(({ base }) => base === 'Error')).toEqual([
    { file: 'core/errors/tidings-error.ts', name: 'TidingsError', base: 'Error' },
  ])
})
