import { resumeSending } from '../db/send/resume-sending.ts'
import { EXIT } from './exit.ts'
import { createOutput } from './output.ts'
import { withDatabase } from './with-database.ts'

/** `resume`: lets stopped sending resume; all workers on the database follow within seconds. */
export async function resume(): Promise<number> {
  const reason = await withDatabase(db => resumeSending(db, 'resend'))
  await createOutput().print(
    reason === null
      ? 'nothing was stopped'
      : `resumed: emails go out again; they were stopped for ${reason}`,
  )
  return EXIT.ok
}
