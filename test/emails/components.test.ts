import * as entry from 'react-email'
import { expect, test } from 'vitest'
import * as components from '../../src/emails/components.ts'

test.each(Object.entries(components))(
  '%s is what React Email exports by that name',
  (name, ours) => {
    expect(entry).toHaveProperty(name, ours)
  },
)
