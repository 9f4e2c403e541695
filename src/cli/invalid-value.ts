import { TidingsError } from '../core/errors/tidings-error.ts'

/** A value that only the database could tell to be wrong; the message names the option. */
export class InvalidValueError extends TidingsError {
  override readonly isRetryable = false
}

/** A user was asked for who does not exist. */
export class UserNotFoundError extends InvalidValueError {
  constructor(option: string, value: string) {
    super(`${option}: no user has the id, the address or the user name '${value}'`)
  }
}
