import { expect, test } from 'vitest'
import { type Manifest, manifests } from './files.ts'
import { findFaults } from './kubernetes-schema.ts'

for (const manifest of manifests) {
  test(`${manifest.kind} ${manifest.metadata.name} is as Kubernetes has it`, () => {
    expect(findFaults(manifest)).toEqual([])
  })
}

// biome-ignore lint/suspicious/noExplicitAny: what no type allows is what is tried
const spoil = (kind: Manifest['kind'], spoilIt: (manifest: any) => void) => {
  const manifest = structuredClone(manifests.find(each => each.kind === kind)) as Manifest
  spoilIt(manifest)
  return findFaults(manifest)
}

test('a field that Kubernetes does not know is found, however deep', () => {
  expect(
    spoil('Deployment', ({ spec }) => {
      spec.template.spec.containers[0].livenessProbe.timeoutSecond = 5
      spec.replica = 2
    }),
  ).toEqual([
    '/spec/replica: unknown field',
    '/spec/template/spec/containers/0/livenessProbe/timeoutSecond: unknown field',
  ])
})

test('a value of another type, a word that is none of the choices and a missing field are found', () => {
  expect(
    spoil('Job', ({ spec }) => {
      spec.backoffLimit = 'two'
      spec.template.spec.restartPolicy = 'Sometimes'
      delete spec.template.spec.containers[0].name
    }).map(line => line.split(' ')[0]),
  ).toEqual(
    expect.arrayContaining([
      '/spec/backoffLimit:',
      '/spec/template/spec/restartPolicy:',
      '/spec/template/spec/containers/0:',
    ]),
  )
})
