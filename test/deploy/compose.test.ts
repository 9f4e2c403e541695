import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DCLinter } from 'dclint'
import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { readConfig } from '../../src/config/config.ts'
import { usualTiming } from '../../src/config/timing.ts'
import { callOf, commandNames } from './command-names.ts'
import { imageEnvironment, knownNames, placeholders } from './environment.ts'
import { composeFile, readCompose, readText } from './files.ts'

const { services } = composeFile
const roles = ['api', 'worker'] as const

test.each(['compose.yaml', 'compose.postgres.yaml'])(
  '%s conforms to the Compose Specification',
  file => {
    // Rules of style are off.
    const linter = new DCLinter({
      rules: {
        'service-keys-order': 0,
        'top-level-properties-order': 0,
        'services-alphabetical-order': 0,
        'service-image-require-explicit-tag': 0,
      },
      quiet: true,
      debug: false,
      exclude: [],
    })
    const path = fileURLToPath(new URL(`../../deploy/${file}`, import.meta.url))
    const found = linter.lintFiles([path], false)

    expect(found).toHaveLength(1)
    // The package's types cannot be resolved, because it imports them without a file extension.
    const messages: { rule: string; line: number; message: string }[] = found[0]?.messages
    expect(messages?.map(({ rule, line, message }) => `${line}: ${message} (${rule})`)).toEqual([])
  },
)

test('each service has a valid command and known variables', () => {
  for (const { image, command, environment = {} } of Object.values(services)) {
    expect(image).toBe(`\${TIDINGS_IMAGE:-tidings:${packageJson.version}}`)
    const called = command.at(-1) ?? ''
    expect(command).toEqual(callOf(called))
    expect(commandNames()).toContain(called)
    for (const name of Object.keys(environment)) expect(knownNames).toContain(name)
  }
})

test('the image serves as `npm start` does', () => {
  const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8')
  const [, call = '[]'] = /^CMD (.*)$/m.exec(dockerfile) ?? []
  expect(JSON.parse(call)).toEqual(callOf('serve'))
})

test('the configuration of both roles is valid', () => {
  for (const role of roles) {
    const { environment } = services[role] ?? {}
    const config = readConfig({ ...imageEnvironment(), ...placeholders, ...environment })

    expect(config).toMatchObject({ role, production: true, port: 3000 })
    expect(config.resend !== undefined).toBe(role === 'worker')
    expect(environment?.API_TOKEN).toBe(role === 'worker' ? '' : undefined)
    expect(environment?.READ_TOKEN).toBe(role === 'worker' ? '' : undefined)
  }
  expect(services.api?.ports).toEqual(['127.0.0.1:3000:3000'])
})

test('with its own PostgreSQL, every service connects to it once it is healthy', () => {
  const { services: added } = readCompose('compose.postgres.yaml')
  expect(Object.keys(added).toSorted()).toEqual([...Object.keys(services), 'postgres'].toSorted())
  for (const name of Object.keys(services)) {
    const environment = { ...services[name]?.environment, ...added[name]?.environment }
    const { databaseUrl } = readConfig({ ...imageEnvironment(), ...placeholders, ...environment })
    expect(new URL(databaseUrl ?? '').hostname, name).toBe('postgres')
  }
  expect(added.migrate?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
  expect(added.postgres?.ports).toBeUndefined()
})

test('migrations run before the services start, and the stop timeout is long enough', () => {
  for (const role of roles) {
    const { depends_on, stop_grace_period = '' } = services[role] ?? {}
    expect(depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } })
    expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThanOrEqual(
      (usualTiming.shutdownTimeout + 3_000 + 5_000) / 1000,
    )
  }
  expect(services.migrate?.command.at(-1)).toBe('migrate')
})

test('the examples name only known variables, without values', () => {
  for (const file of ['tidings.env.example', 'owner.env.example']) {
    const lines = readText(file)
      .split('\n')
      .filter(line => line && !line.startsWith('#'))
    for (const line of lines) {
      expect(line).toMatch(/^[A-Z_]+=$/)
      expect(knownNames).toContain(line.slice(0, -1))
    }
  }
})
