import { ACCOUNT } from '../app/circuit-log.ts'
import { guardedDeployment } from '../app/deployment.ts'
import { describePause } from '../core/provider-account.ts'
import { isMove } from '../core/send/deployment.ts'
import { readSendingPause } from '../db/send/read-provider-account.ts'
import { resumeSending } from '../db/send/resume-sending.ts'
import { EXIT } from './exit.ts'
import { createOutput, say } from './output.ts'
import { withDatabase } from './with-database.ts'

/** `resume`: resumes stopped sending; all workers on the database follow within seconds. */
export async function resume({ json = false }: { json?: boolean }): Promise<number> {
  const { reason, pause } = await withDatabase(async (db, config) => ({
    reason: await resumeSending(db, ACCOUNT, 'cli'),
    pause: await readSendingPause(db, guardedDeployment(config)),
  }))
  const output = createOutput()
  if (json) await output.printJson({ resumed: reason !== null, reason })
  else {
    await output.print(
      reason === null
        ? 'Sending was not stopped'
        : `Resumed sending; it was stopped because of ${reason}`,
    )
  }
  if (!pause || !isMove(pause.reason)) return EXIT.ok
  say(describePause(pause))
  return EXIT.misconfigured
}
