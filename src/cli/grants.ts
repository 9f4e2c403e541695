import { grantStatements } from '../db/migrate/grants.ts'
import { EXIT } from './exit.ts'
import { loadConfig } from './load-config.ts'
import { createOutput } from './output.ts'

/** `grants`: prints the SQL that gives a role the rights the service needs; runs nothing. */
export async function grants({ role }: { role: string }): Promise<number> {
  const { hostSchema, queueSchema, retentionDays, localeColumn } = await loadConfig({
    sends: false,
  })
  const options = { prunes: retentionDays !== undefined, localeColumn, queueSchema }
  await createOutput().print(...grantStatements(role, hostSchema, options))
  return EXIT.ok
}
