import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

export interface Operation {
  operationId: string
  tags: string[]
  parameters?: { in: string; name: string }[]
  requestBody?: { content: Record<string, object> }
  responses: Record<string, { headers?: object; content?: Record<string, object> }>
  security?: object[]
}

/** The parts of an OpenAPI document that the tests read. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

/** Reads the document of a running service. */
export async function readDocument(url: string): Promise<ApiDocument> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument
}

/** Generates the types of a client, as `npx openapi-typescript` does. */
export async function generateTypes(document: ApiDocument): Promise<string> {
  const { hooks } = await import('./typescript-api.ts')
  const { default: openapiTS, astToString } = await import('openapi-typescript')
  hooks.deregister()
  return astToString(await openapiTS(structuredClone(document) as never))
}

/** Collects answers by operation, as `startRun 202`, and how they differ from their documentation. */
export function recordAnswers(document: ApiDocument) {
  const differencesOf = createAnswerCheck(document)
  const called = new Set<string>()
  const statuses = new Set<string>()
  const differences: string[] = []
  /** Resolves to the id of the operation. */
  const check = async (path: string, method: string, response: Response): Promise<string> => {
    const operationId = document.paths[path]?.[method]?.operationId ?? `${method} ${path}`
    const name = `${operationId} ${response.status}`
    statuses.add(name)
    const found = await differencesOf(path, method, response)
    differences.push(...found.map(text => `${name}: ${text}`))
    return operationId
  }
  return { check, called, statuses, differences }
}

/** Creates a function that compares an answer with its documentation; it returns what differs. */
function createAnswerCheck(document: ApiDocument) {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(document, 'api')

  return async (path: string, method: string, response: Response): Promise<string[]> => {
    const { status, headers } = response
    const where = ['paths', path, method, 'responses', String(status)]
    const answer = document.paths[path]?.[method]?.responses[status]
    if (!answer) return [`${status} is not documented`]
    const missing = Object.keys(answer.headers ?? {}).filter(name => !headers.has(name))
    const faults = missing.map(name => `the header ${name} is missing`)
    const text = await response.clone().text()
    if (!answer.content) return text ? [...faults, 'a body is not documented'] : faults
    const [type = ''] = (headers.get('content-type') ?? '').split(';')
    if (!answer.content[type]) return [...faults, `${type} is not documented`]
    const pointer = [...where, 'content', type, 'schema'].map(escapePointer).join('/')
    const validate = ajv.getSchema(`api#/${pointer}`)
    if (!validate) return [...faults, `no schema at ${pointer}`]
    validate(/\bjson$/.test(type) ? JSON.parse(text) : text)
    const errors = validate.errors?.map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    )
    return [...faults, ...(errors ?? [])]
  }
}

const escapePointer = (part: string) =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
