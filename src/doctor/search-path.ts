import { type Finding, ok, warn } from './finding.ts'

export interface OpenSchema {
  schema: string
  /** A role, or `PUBLIC` for everybody. */
  grantee: string
}

export interface OpenTrigger {
  table: string
  trigger: string
  function: string
}

/** Whether somebody else may create functions next to the tables that are used. */
export function checkSchemas(open: OpenSchema[]): Finding[] {
  if (open.length === 0) return [ok('schemas', 'nobody else may create anything in them')]
  return open.map(({ schema, grantee }) => {
    const who = grantee === 'PUBLIC' ? 'everybody' : `the role ${grantee}`
    return warn(
      'schemas',
      `${who} may create functions in the schema ${schema}`,
      `REVOKE CREATE ON SCHEMA "${schema}" FROM ${grantee};`,
    )
  })
}

/** Whether triggers of the application depend on a search path that Tidings does not have. */
export function checkTriggers(open: OpenTrigger[], hostSchema: string): Finding[] {
  return open.map(({ table, trigger, function: name }) =>
    warn(
      'triggers',
      `${trigger} on ${table} runs ${name}, which has no search_path of its own; Tidings writes with pg_catalog alone`,
      `ALTER FUNCTION ${name} SET search_path = "${hostSchema}", pg_temp;`,
    ),
  )
}
