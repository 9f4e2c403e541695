import { DrizzleQueryError } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { EXIT, explainError } from '../../src/cli/exit.ts'
import { InvalidValueError, UserNotFoundError } from '../../src/cli/invalid-value.ts'
import { ConfigError } from '../../src/config/config.ts'
import { TidingsError } from '../../src/core/errors/tidings-error.ts'
import { DeleteNotGrantedError } from '../../src/core/maintenance/delete-not-granted-error.ts'
import { EmailInFlightError } from '../../src/core/recipients/erasure.ts'
import { QueryTimeoutError } from '../../src/db/client/lost-connection.ts'
import { RightsMissingError } from '../../src/db/migrate/lacking-rights.ts'
import { AdoptionIncompleteError, NotMigratedError } from '../../src/db/migrate/migrate.ts'
import { ForeignQueueError } from '../../src/db/migrate/queue-schema.ts'
import { ClusterError } from '../../src/local/postgres/cluster-error.ts'

class UnlistedError extends TidingsError {
  override readonly isRetryable = false
}

test.each([
  [
    new ConfigError(['PORT is missing']),
    78,
    /^the configuration has 1 error:\n {2}PORT is missing$/,
  ],
  [new NotMigratedError(2), 78, /lacks 2 migrations/],
  [new AdoptionIncompleteError(), 78, /adopt/],
  [new ForeignQueueError('the schema q is not ours'), 78, /^the schema q .* Set QUEUE_SCHEMA/],
  [new RightsMissingError(['GRANT x;']), 78, /^GRANT x;\nNothing was changed/],
  [new ClusterError('no disk'), 69, /^no disk$/],
  [new InvalidValueError('--from is late'), 1, /^error: --from is late$/],
  [new UserNotFoundError('USER', 'x'), 1, /^error: USER: no user .* 'x'$/],
  [new EmailInFlightError(), 1, /in flight/],
  [new DeleteNotGrantedError('r', 'GRANT x'), 1, /GRANT x.*\. Nothing was changed\.$/],
  [new UnlistedError('odd'), EXIT.failed, /^odd$/],
])('%s ends a command with exit code %i and without a stack', (error, code, text) => {
  const report = explainError(error)
  expect(report?.code).toBe(code)
  expect(report?.lines.join('\n')).toMatch(text)
})

test('a retryable error ends with 69, also if another error wraps it', () => {
  const wrapped = new DrizzleQueryError('select 1', [], new QueryTimeoutError(45_000))
  expect(explainError(wrapped)).toEqual({
    code: EXIT.unavailable,
    lines: ['the database did not answer within 45000 ms'],
  })
})

test('a missing right is explained without a stack, whatever it was needed for', () => {
  const cause = Object.assign(new Error('permission denied for schema tidings'), { code: '42501' })
  const report = explainError(new DrizzleQueryError('select 1', [], cause))
  expect(report?.code).toBe(78)
  expect(report?.lines.join('\n')).toMatch(/lacks a right: permission denied .* grants --role NAME/)
})

test('an unexpected error keeps its stack', () => {
  expect(explainError(new TypeError('x is not a function'))).toBeNull()
})
