import { grantStatements } from '../db/migrate/grants.ts'
import { EXIT } from './exit.ts'
import { loadConfig } from './load-config.ts'
import { createOutput } from './output.ts'

/** `grants`: prints the SQL that gives a role the rights the service needs; runs nothing. */
export async function grants({
  role,
  json = false,
}: {
  role: string
  json?: boolean
}): Promise<number> {
  const { hostSchema, queueSchema, retentionDays, localeColumn } = await loadConfig({
    sends: false,
  })
  const options = { prunes: retentionDays !== undefined, localeColumn, queueSchema }
  const statements = grantStatements(role, hostSchema, options)
  const output = createOutput()
  if (json) await output.printJson(statements)
  else await output.print(...statements)
  return EXIT.ok
}
