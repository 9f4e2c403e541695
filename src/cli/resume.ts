import { connect } from '../db/connect.ts'
import { countMissing, NotMigrated } from '../db/migrate.ts'
import { resumeLane } from '../db/send/resume-lane.ts'
import { startCluster } from '../postgres/start-cluster.ts'
import { EXIT } from './exit.ts'
import { LOCAL_DIRECTORY, loadConfig } from './load-config.ts'

/** `resume`: opens a lane that was stopped; who works on the database goes on within seconds. */
export async function resume(): Promise<number> {
  const { databaseUrl } = await loadConfig()
  const cluster = databaseUrl
    ? undefined
    : await startCluster({ directory: `${LOCAL_DIRECTORY}/postgres` })
  const { db, close } = connect(databaseUrl ?? cluster?.url() ?? '')
  try {
    const missing = await countMissing(db)
    if (missing > 0) throw new NotMigrated(missing)
    const reason = await resumeLane(db, 'resend')
    console.log(
      reason === null
        ? 'nothing was stopped'
        : `resumed: emails go out again; they were stopped for ${reason}`,
    )
    return EXIT.ok
  } finally {
    await close()
    await cluster?.stop()
  }
}
