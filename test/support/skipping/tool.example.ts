import { beforeEach, describe, test } from 'vitest'
import { requireTool } from '../tools.ts'

test('needs nothing', () => {})

describe('with a pooler', () => {
  beforeEach(requireTool('pgbouncer'))
  test('needs a program', () => {})
})
