import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { listFiles, manifests, readText, workloads } from './files.ts'

const SECRET = /_URL$|TOKEN|SECRET|KEY|PASSWORD/
const PUBLIC = new Set(['APP_URL', 'PUBLIC_URL', 'LOGO_URL', 'RESEND_BASE_URL'])
const isSecret = (name: string) => SECRET.test(name) && !PUBLIC.has(name)

test('no manifest has a Secret or a secret value', () => {
  expect(manifests.map(({ kind }) => kind as string)).not.toContain('Secret')
  for (const { spec } of workloads) {
    for (const { name, value, valueFrom } of spec.template.spec.containers.flatMap(c => c.env)) {
      if (isSecret(name)) expect(valueFrom?.secretKeyRef?.key, name).toBe(name)
      if (isSecret(name)) expect(value, name).toBeUndefined()
    }
  }
  for (const manifest of manifests) {
    if (manifest.kind === 'ConfigMap') {
      expect(Object.keys(manifest.data).filter(isSecret)).toEqual([])
    }
  }
})

test('no file in the folder looks like it contains a secret', () => {
  expect(listFiles().length).toBeGreaterThan(5)
  for (const file of listFiles()) {
    for (const line of readText(file).split('\n')) {
      expect(line).not.toMatch(/\bre_\w{4}|whsec_\w|postgres(ql)?:\/\/[^@\s]*:[^@\s]+@|BEGIN .*KEY/)
      const [, name = '', value] = /\b([A-Z_]{4,})\s*[=:]\s*["']?([^\s"'#]+)/.exec(line) ?? []
      // The pattern before finds passwords in URLs; a URL without one is no secret.
      if (isSecret(name) && !/^postgres:\/\/\w+@\w+[:/]/.test(value ?? '')) {
        expect(value, `${file}: ${line}`).toBeUndefined()
      }
    }
  }
})

test('git ignores the files that operators fill in', () => {
  const ignored = ['deploy/tidings.env', 'deploy/owner.env']
  const output = execFileSync('git', ['check-ignore', '--no-index', ...ignored], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
  })
  expect(output.trim().split('\n')).toEqual(ignored)
})
