import { validate as Deployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment'
import { validate as Job } from 'kubernetes-models/_schemas/IoK8sApiBatchV1Job'
import { validate as ConfigMap } from 'kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap'
import { validate as Service } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service'
import { validate as NetworkPolicy } from 'kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy'
import { validate as PodDisruptionBudget } from 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget'

type Validate = ((data: unknown) => boolean) & {
  errors?: { instancePath: string; message?: string; keyword: string; params: object }[] | null
}

/** Validators compiled from the OpenAPI document of Kubernetes. */
const schemas = {
  'apps/v1 Deployment': Deployment,
  'batch/v1 Job': Job,
  'v1 ConfigMap': ConfigMap,
  'v1 Service': Service,
  'networking.k8s.io/v1 NetworkPolicy': NetworkPolicy,
  'policy/v1 PodDisruptionBudget': PodDisruptionBudget,
} as Record<string, unknown> as Record<string, Validate>

/** The schema errors of a manifest, including unknown fields, one line each. */
export function findErrors(manifest: { apiVersion: string; kind: string }): string[] {
  const name = `${manifest.apiVersion} ${manifest.kind}`
  const validate = schemas[name]
  if (!validate) return [`no schema for ${name}`]
  const { watched, unread } = watchReads(manifest)
  const errors = validate(watched) ? [] : (validate.errors ?? [])
  return [
    ...errors.map(
      ({ instancePath, keyword, params }) =>
        `${instancePath}: ${keyword} ${JSON.stringify(params)}`,
    ),
    ...unread().map(path => `${path}: unknown field`),
  ]
}

/**
 * Finds fields that a validator never reads. Kubernetes' schemas allow unknown fields, but a validator
 * reads every field of its schema, so an unread field is unknown.
 */
function watchReads(value: object) {
  const read = new Set<string>()
  const all: string[] = []
  const watch = (node: object, path: string): object => {
    for (const key of Object.keys(node)) all.push(`${path}/${key}`)
    const children = new Map(
      Object.entries(node).map(([key, child]) => [
        key,
        typeof child === 'object' && child !== null ? watch(child, `${path}/${key}`) : child,
      ]),
    )
    return new Proxy(node, {
      get(target, key) {
        read.add(`${path}/${String(key)}`)
        return children.has(key as string) ? children.get(key as string) : Reflect.get(target, key)
      },
      // Listing the keys reads all fields.
      ownKeys(target) {
        for (const key of Object.keys(target)) read.add(`${path}/${key}`)
        return Reflect.ownKeys(target)
      },
    })
  }
  const watched = watch(value, '')
  return { watched, unread: () => all.filter(path => !read.has(path)) }
}
