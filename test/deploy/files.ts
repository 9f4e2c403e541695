import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, parseAllDocuments } from 'yaml'

/** The parts of the files in `deploy/` that the tests use. */
export interface EnvEntry {
  name: string
  value?: string
  valueFrom?: { secretKeyRef?: { name: string; key: string; optional?: boolean } }
}

interface Probe {
  httpGet: { path: string; port: string }
  periodSeconds: number
  timeoutSeconds?: number
}

export interface Container {
  name: string
  image: string
  command: string[]
  env: EnvEntry[]
  envFrom?: { configMapRef?: { name: string } }[]
  ports?: { name: string; containerPort: number }[]
  lifecycle?: { preStop: { sleep: { seconds: number } } }
  startupProbe?: Probe
  livenessProbe?: Probe
  readinessProbe?: Probe
}

export interface Pod {
  metadata: { labels: Record<string, string> }
  spec: { containers: Container[]; terminationGracePeriodSeconds?: number }
}

interface Named {
  apiVersion: string
  metadata: { name: string; labels: Record<string, string> }
}

export type Workload = Named & {
  kind: 'Deployment' | 'Job'
  spec: { replicas?: number; selector?: { matchLabels: Record<string, string> }; template: Pod }
}

export type Manifest =
  | Workload
  | (Named & { kind: 'ConfigMap'; data: Record<string, string> })
  | (Named & {
      kind: 'Service'
      spec: { selector: Record<string, string>; ports: { targetPort: string }[] }
    })
  | (Named & {
      kind: 'NetworkPolicy'
      spec: {
        podSelector: { matchLabels: Record<string, string> }
        policyTypes: string[]
        egress: { ports: { port: number | string }[] }[]
      }
    })
  | (Named & {
      kind: 'PodDisruptionBudget'
      spec: { maxUnavailable: number; selector: { matchLabels: Record<string, string> } }
    })

export interface ComposeFile {
  services: Record<
    string,
    {
      image: string
      command: string[]
      environment?: Record<string, string>
      stop_grace_period?: string
      ports?: string[]
      depends_on?: Record<string, { condition: string }>
    }
  >
}

const folder = new URL('../../deploy/', import.meta.url)

export function readText(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8')
}

/** The paths of all files in `deploy/`. */
export function listFiles(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(fileURLToPath(folder), join(entry.parentPath, entry.name)))
}

export const kustomization = parse(readText('kubernetes/kustomization.yaml')) as {
  resources: string[]
  images: { name: string; newTag: string }[]
}

export const manifests = kustomization.resources.flatMap(file =>
  parseAllDocuments(readText(`kubernetes/${file}`)).map(document => {
    if (document.errors[0]) throw document.errors[0]
    return document.toJS() as Manifest
  }),
)

export const workloads = manifests.filter(
  (manifest): manifest is Workload => manifest.kind === 'Deployment' || manifest.kind === 'Job',
)

export function readCompose(file: string): ComposeFile {
  return parse(readText(file), { merge: true }) as ComposeFile
}

export const composeFile = readCompose('compose.yaml')
