import { TidingsError } from '../core/errors/tidings-error.ts'

/** An option's value that proved wrong only after parsing; the message names the option. */
export class InvalidValueError extends TidingsError {
  override readonly isRetryable = false
}

/** No user matches the given value. */
export class UserNotFoundError extends InvalidValueError {
  constructor(option: string, value: string) {
    super(`${option}: no user with the id, address or user name '${value}'`)
  }
}
