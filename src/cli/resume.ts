import { resumeSending } from '../db/send/resume-sending.ts'
import { EXIT } from './exit.ts'
import { createOutput } from './output.ts'
import { withDatabase } from './with-database.ts'

/** `resume`: resumes stopped sending; all workers on the database follow within seconds. */
export async function resume(): Promise<number> {
  const reason = await withDatabase(db => resumeSending(db, 'resend'))
  await createOutput().print(
    reason === null
      ? 'Sending was not stopped'
      : `Resumed sending; it was stopped because of ${reason}`,
  )
  return EXIT.ok
}
