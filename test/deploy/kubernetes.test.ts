import Fastify from 'fastify'
import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { usualTiming } from '../../src/config/timing.ts'
import { healthRoutes } from '../../src/http/api/health.ts'
import { callOf, commandNames } from './command-names.ts'
import { configOf, environmentOf, knownNames } from './environment.ts'
import { type Container, kustomization, manifests, workloads } from './files.ts'

const of = (component: string) =>
  manifests.filter(each => each.metadata.labels['app.kubernetes.io/component'] === component)
const container = (name: string) => {
  const found = workloads.flatMap(({ spec }) => spec.template.spec.containers)
  return found.find(each => each.name === name) as Container
}
const containers = ['migrate', 'api', 'worker'].map(container)

for (const { name, command, env } of containers) {
  test(`${name}: has a valid command and known variables`, () => {
    const called = command.at(-1) ?? ''
    expect(command).toEqual(callOf(called))
    expect(commandNames()).toContain(called)
    expect(
      [...Object.keys(environmentOf(container(name)))].filter(n => !knownNames.has(n)),
    ).toEqual([])
    expect(new Set(env.map(entry => entry.name)).size).toBe(env.length)
  })

  test(`${name}: has a valid configuration for production`, () => {
    const config = configOf(container(name))

    expect(config.production).toBe(true)
    expect(config.databaseUrl).toBeDefined()
    if (name === 'migrate') return
    expect(config.resend !== undefined).toBe(name === 'worker')
    expect(config.role).toBe(name)
    expect(config.host).toBe('0.0.0.0')
    expect(container(name).ports).toEqual([{ name: 'http', containerPort: config.port }])
  })

  test(`${name}: gets its secrets from a Secret, required ones not as optional`, () => {
    const secrets = env.flatMap(entry => entry.valueFrom?.secretKeyRef ?? [])
    const optional = secrets.filter(secret => secret.optional).map(({ key }) => key)
    expect(new Set(secrets.map(secret => secret.name))).toEqual(
      new Set(name === 'migrate' ? ['tidings', 'tidings-owner'] : ['tidings']),
    )
    for (const name of optional)
      expect(['DIRECT_URL', 'READ_TOKEN', 'RESEND_WEBHOOK_SECRET', 'EVENTS_SECRET']).toContain(name)
  })
}

test('a process has only the secrets that it uses', () => {
  const keysOf = (name: string) =>
    container(name).env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? [])
  expect(keysOf('api')).not.toContain('RESEND_API_KEY')
  expect(keysOf('api')).not.toContain('EVENTS_SECRET')
  expect(keysOf('api')).toContain('READ_TOKEN')
  expect(keysOf('worker')).not.toContain('API_TOKEN')
  expect(keysOf('worker')).not.toContain('READ_TOKEN')
  expect(keysOf('worker')).not.toContain('CRON_SECRET')
  expect(keysOf('worker')).not.toContain('RESEND_WEBHOOK_SECRET')
})

test('only workers can reach the provider, and every pod has a network policy', () => {
  const policies = manifests.filter(each => each.kind === 'NetworkPolicy')
  const portsOf = new Map(
    policies.map(({ metadata, spec }) => [
      metadata.name,
      spec.egress.flatMap(({ ports }) => ports.map(({ port }) => port)),
    ]),
  )
  expect([...portsOf.keys()].sort()).toEqual(['tidings-api', 'tidings-migrate', 'tidings-worker'])
  for (const { metadata, spec } of policies) {
    const component = spec.podSelector.matchLabels['app.kubernetes.io/component']
    expect(metadata.name).toBe(`tidings-${component}`)
    expect(spec.policyTypes).toEqual(['Ingress', 'Egress'])
    expect(portsOf.get(metadata.name)?.includes(443)).toBe(component === 'worker')
    expect(portsOf.get(metadata.name)).toEqual(expect.arrayContaining([53, 5432]))
  }
})

test('probes use existing routes, with timeouts longer than the checks behind them', async () => {
  const server = Fastify()
  await server.register(healthRoutes, { checks: {} })
  for (const { name, startupProbe, livenessProbe, readinessProbe, ports } of containers) {
    const probes = [startupProbe, livenessProbe, readinessProbe]
    if (name === 'migrate') {
      expect(probes).toEqual([undefined, undefined, undefined])
      continue
    }
    for (const probe of probes) {
      expect(server.hasRoute({ method: 'GET', url: probe?.httpGet.path ?? '' })).toBe(true)
      expect(ports?.map(port => port.name)).toContain(probe?.httpGet.port)
    }
    expect(livenessProbe?.httpGet.path).toBe('/health/live')
    expect(readinessProbe?.httpGet.path).toBe('/health/ready')
    expect(readinessProbe?.timeoutSeconds).toBeGreaterThan(3)
  }
})

test('the termination grace period is long enough for a shutdown', () => {
  // Requests in flight, their outcomes, and the connections.
  const stop = (usualTiming.shutdownTimeout + 3_000 + 5_000) / 1000
  for (const { kind, spec } of workloads) {
    if (kind === 'Job') continue
    const { terminationGracePeriodSeconds = 0, containers } = spec.template.spec
    const before = containers[0]?.lifecycle?.preStop.sleep.seconds ?? 0
    expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(stop + before)
  }
})

test('a Deployment, its Service and its disruption budget select the same pods', () => {
  for (const component of ['api', 'worker']) {
    const labels = {
      'app.kubernetes.io/name': 'tidings',
      'app.kubernetes.io/component': component,
    }
    expect(of(component).map(each => each.kind)).toEqual([
      'Deployment',
      'Service',
      'PodDisruptionBudget',
    ])
    for (const each of of(component)) {
      expect(each.metadata).toEqual({ name: `tidings-${component}`, labels })
      if (each.kind === 'Deployment') {
        expect(each.spec.selector?.matchLabels).toEqual(labels)
        expect(each.spec.template.metadata.labels).toEqual(labels)
        expect(JSON.stringify(each.spec.template.spec)).toContain(JSON.stringify(labels))
        // One pod may be evicted while another one stays.
        expect(each.spec.replicas).toBeGreaterThan(1)
      }
      if (each.kind === 'Service') {
        expect(each.spec.selector).toEqual(labels)
        for (const { targetPort } of each.spec.ports) expect(targetPort).toBe('http')
      }
      if (each.kind === 'PodDisruptionBudget') {
        expect(each.spec.selector.matchLabels).toEqual(labels)
        expect(each.spec.maxUnavailable).toBe(1)
      }
    }
  }
})

test('the image is set in one place, to this version', () => {
  for (const { image } of containers) expect(image).toBe('tidings')
  expect(kustomization.images).toMatchObject([{ name: 'tidings', newTag: packageJson.version }])
})

test('containers are read-only and cannot gain privileges', () => {
  for (const { spec } of workloads) {
    expect(spec.template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: expect.any(Number) },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: { requests: { memory: expect.any(String) }, limits: expect.anything() },
        },
      ],
    })
  }
})
