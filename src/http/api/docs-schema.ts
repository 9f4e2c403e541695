import { type Html, html } from '../../html/html.ts'

/** The parts of a JSON schema that the API's documentation has. */
export interface JsonSchema {
  $ref?: string
  type?: string
  const?: unknown
  enum?: unknown[]
  format?: string
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
  anyOf?: JsonSchema[]
  description?: string
  default?: unknown
}

/** The name of a schema of its own, or undefined. */
const nameOf = ({ $ref }: JsonSchema) => $ref?.split('/').at(-1)

/** Describes a type as TypeScript writes it; names are links to their own section. */
export function describeType(schema: JsonSchema): Html {
  const name = nameOf(schema)
  if (name) return html`<a href="#${name}">${name}</a>`
  if (schema.anyOf) return joinTypes(schema.anyOf.map(describeType))
  if (schema.enum) return joinTypes(schema.enum.map(value => html`${JSON.stringify(value)}`))
  if (schema.const !== undefined) return html`${JSON.stringify(schema.const)}`
  if (schema.items) return html`${describeType(schema.items)}[]`
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(
      ([field, type]) =>
        html`${field}${isRequired(schema, field) ? '' : '?'}: ${describeType(type)}`,
    )
    return html`{ ${fields.map((field, at) => html`${at > 0 ? ', ' : ''}${field}`)} }`
  }
  if (typeof schema.additionalProperties === 'object' && schema.type === 'object') {
    return html`{ [name]: ${describeType(schema.additionalProperties)} }`
  }
  return html`${schema.format ?? schema.type ?? 'any'}`
}

export const isRequired = ({ required = [] }: JsonSchema, field: string) => required.includes(field)

function joinTypes(types: Html[]): Html {
  return html`${types.map((type, at) => html`${at > 0 ? ' | ' : ''}${type}`)}`
}
