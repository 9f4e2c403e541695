import { resumeLane } from '../db/send/resume-lane.ts'
import { EXIT } from './exit.ts'
import { openOutput } from './output.ts'
import { withDatabase } from './with-database.ts'

/** `resume`: opens a lane that was stopped; who works on the database goes on within seconds. */
export async function resume(): Promise<number> {
  const reason = await withDatabase(db => resumeLane(db, 'resend'))
  await openOutput().print(
    reason === null
      ? 'nothing was stopped'
      : `resumed: emails go out again; they were stopped for ${reason}`,
  )
  return EXIT.ok
}
