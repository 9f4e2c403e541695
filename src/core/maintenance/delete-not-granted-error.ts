import { TidingsError } from '../errors/tidings-error.ts'

/** The service's database role may not delete rows of `notification_emails_sent`. */
export class DeleteNotGrantedError extends TidingsError {
  override readonly isRetryable = false

  /**
   * @param role the role that the service connects with
   * @param grant the SQL statement that grants the privilege
   */
  constructor(role: string, grant: string) {
    super(
      `the role ${role} may not delete rows of the record: run "${grant}" as the owner of the table, or connect as the owner`,
    )
  }
}
