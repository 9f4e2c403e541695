import { TidingsError } from '../errors/tidings-error.ts'
/** The role that the service connects with may not delete rows of the record. */
export class DeleteNotGrantedError extends TidingsError {
  override readonly isRetryable = false

  /**
   * @param role as it connects
   * @param grant the SQL that gives it the right
   */
  constructor(role: string, grant: string) {
    super(
      `the role ${role} may not delete rows of the record: either let the owner of the table run "${grant}", or connect as the owner`,
    )
  }
}
