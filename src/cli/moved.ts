import { ACCOUNT } from '../app/circuit-log.ts'
import { readDeployment } from '../app/deployment.ts'
import { counted } from '../core/counted.ts'
import type { Deployment } from '../core/send/deployment.ts'
import { acceptDeployment } from '../db/send/accept-deployment.ts'
import { readRememberedDeployment, readWaitingWork } from '../db/send/read-deployment.ts'
import { EXIT } from './exit.ts'
import { createOutput, say } from './output.ts'
import { withDatabase } from './with-database.ts'

/** `moved`: shows which deployment the database sends for; with `--yes` it is this one from now on. */
export async function moved({
  yes = false,
  json = false,
}: {
  yes?: boolean
  json?: boolean
}): Promise<number> {
  return withDatabase(async (db, config) => {
    const output = createOutput()
    const here = readDeployment(config)
    const remembered = await readRememberedDeployment(db, ACCOUNT)
    const isMoved = remembered !== null && remembered.publicUrl !== here.publicUrl
    const waiting = isMoved && !yes ? await readWaitingWork(db) : null
    if (isMoved && yes) {
      await acceptDeployment(db, ACCOUNT, {
        publicUrl: here.publicUrl,
        keyFingerprint: here.keyFingerprint ?? remembered.keyFingerprint,
      })
    }
    if (json) {
      await output.printJson({
        sendsFor: isMoved && !yes ? remembered.publicUrl : here.publicUrl,
        before: remembered?.publicUrl ?? null,
        here: here.publicUrl,
        waiting,
      })
    } else if (!remembered) {
      await output.print('no deployment has sent from this database: the first start is remembered')
    } else if (!isMoved) {
      await output.print(`nothing has moved: this database sends for ${remembered.publicUrl}`)
    } else if (!waiting) {
      await output.print(
        `this database sends for ${here.publicUrl} from now on; it was ${remembered.publicUrl}`,
      )
    } else {
      await output.print(
        `this database sends for  ${remembered.publicUrl}`,
        `this service is          ${here.publicUrl}${describeKey(remembered, here)}`,
        `waiting to leave         ${counted(waiting.emails, 'stored email')}, ${counted(waiting.users, 'planned user')}`,
      )
    }
    if (!waiting) return EXIT.ok
    say(
      'nothing is sent here. Is it a copy for tests? Set DELIVER_ONLY or DELIVER_TO.',
      'Has the service itself moved? Then run: npm run tidings -- moved --yes',
    )
    return EXIT.misconfigured
  })
}

/** Whether both send through one account, as a copy of the whole environment does. */
function describeKey({ keyFingerprint }: Deployment, here: Deployment): string {
  if (!keyFingerprint || !here.keyFingerprint) return ''
  return keyFingerprint === here.keyFingerprint ? ', with the same key' : ', with another key'
}
