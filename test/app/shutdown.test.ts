import { expect, test } from 'vitest'
import { createShutdownSteps } from '../../src/app/shutdown.ts'
import { type LogLine, logTo } from '../support/log.ts'

test('components stop one after another, the last one first, even if one fails or hangs', async () => {
  const lines: LogLine[] = []
  const ended: string[] = []
  const { add, endAll } = createShutdownSteps(logTo(lines), 100)
  add('first', async () => ended.push('first'))
  add('broken', async () => {
    throw new Error('no')
  })
  add('hanging', () => new Promise(() => {}))
  add('last', async () => ended.push('last'))

  await endAll()

  expect(ended).toEqual(['last', 'first'])
  expect(lines.map(({ part, msg }) => [part, msg])).toEqual([
    ['hanging', 'component did not stop in time; abandoning it'],
    ['broken', 'component failed to stop'],
  ])
  await endAll()
  expect(ended).toHaveLength(2)
})
