import type { Deployment } from '../../core/send/deployment.ts'
import type { Database } from '../client/connect.ts'
import { providerAccounts } from '../schema.ts'

/** Makes this the deployment that the database sends for. All processes follow within seconds. */
export async function acceptDeployment(
  db: Database,
  account: string,
  deployment: Deployment,
): Promise<void> {
  await db
    .insert(providerAccounts)
    .values({ name: account, ...deployment })
    .onConflictDoUpdate({ target: providerAccounts.name, set: deployment })
}
