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
export async function moved({ yes = false }: { yes?: boolean }): Promise<number> {
  return withDatabase(async (db, config) => {
    const output = createOutput()
    const here = readDeployment(config)
    const remembered = await readRememberedDeployment(db, ACCOUNT)
    if (!remembered) {
      await output.print('no deployment has sent from this database: the first start is remembered')
      return EXIT.ok
    }
    if (remembered.publicUrl === here.publicUrl) {
      await output.print(`nothing has moved: this database sends for ${remembered.publicUrl}`)
      return EXIT.ok
    }
    if (yes) {
      await acceptDeployment(db, ACCOUNT, {
        publicUrl: here.publicUrl,
        keyFingerprint: here.keyFingerprint ?? remembered.keyFingerprint,
      })
      await output.print(
        `this database sends for ${here.publicUrl} from now on; it was ${remembered.publicUrl}`,
      )
      return EXIT.ok
    }
    const { emails, users } = await readWaitingWork(db)
    await output.print(
      `this database sends for  ${remembered.publicUrl}`,
      `this service is          ${here.publicUrl}${describeKey(remembered, here)}`,
      `waiting to leave         ${counted(emails, 'stored email')}, ${counted(users, 'planned user')}`,
    )
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
