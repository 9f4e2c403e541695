import { expect, test } from 'vitest'
import { type Manifest, manifests } from './files.ts'
import { findErrors } from './kubernetes-schema.ts'

for (const manifest of manifests) {
  test(`${manifest.kind} ${manifest.metadata.name} conforms to the Kubernetes schema`, () => {
    expect(findErrors(manifest)).toEqual([])
  })
}

// biome-ignore lint/suspicious/noExplicitAny: the tests need invalid manifests
const errorsAfter = (kind: Manifest['kind'], change: (manifest: any) => void) => {
  const manifest = structuredClone(manifests.find(each => each.kind === kind)) as Manifest
  change(manifest)
  return findErrors(manifest)
}

test('an unknown field is found at any depth', () => {
  expect(
    errorsAfter('Deployment', ({ spec }) => {
      spec.template.spec.containers[0].livenessProbe.timeoutSecond = 5
      spec.replica = 2
    }),
  ).toEqual([
    '/spec/replica: unknown field',
    '/spec/template/spec/containers/0/livenessProbe/timeoutSecond: unknown field',
  ])
})

test('a wrong type, an invalid choice and a missing field are found', () => {
  expect(
    errorsAfter('Job', ({ spec }) => {
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
