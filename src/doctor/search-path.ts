import { type Finding, ok, warn } from './finding.ts'

export interface OpenSchema {
  schema: string
  /** A role, or `PUBLIC` for all roles. */
  grantee: string
}

export interface OpenTrigger {
  table: string
  trigger: string
  function: string
}

/** Checks whether other roles may create functions in the schemas that Tidings uses. */
export function checkSchemas(open: OpenSchema[]): Finding[] {
  if (open.length === 0) return [ok('schemas', 'no other role may create anything in them')]
  return open.map(({ schema, grantee }) => {
    const who = grantee === 'PUBLIC' ? 'every role' : `the role ${grantee}`
    return warn(
      'schemas',
      `${who} may create functions in the schema ${schema}`,
      `REVOKE CREATE ON SCHEMA "${schema}" FROM ${grantee};`,
    )
  })
}

/** Reports triggers of the application that depend on a search path that Tidings does not set. */
export function checkTriggers(open: OpenTrigger[], hostSchema: string): Finding[] {
  return open.map(({ table, trigger, function: name }) =>
    warn(
      'triggers',
      `${trigger} on ${table} runs ${name}, which sets no search_path; Tidings writes with only pg_catalog in its own`,
      `ALTER FUNCTION ${name} SET search_path = "${hostSchema}", pg_temp;`,
    ),
  )
}
