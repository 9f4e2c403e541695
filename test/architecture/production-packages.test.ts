import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Locked {
  dev?: boolean
  optional?: boolean
  devOptional?: boolean
  hasInstallScript?: boolean
}

const lock = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
) as { packages: Record<string, Locked> }
const production = Object.entries(lock.packages).filter(
  ([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional,
)

test('production installs no foreign server, bundler or formatter', () => {
  const names = production.map(([path]) => path.replace(/^.*node_modules\//, ''))
  for (const name of ['react-email', 'socket.io', 'esbuild', 'prettier', '@babel/parser']) {
    expect(names).not.toContain(name)
  }
  // It was 241 with React Email. Check what a new package brings along before raising this limit.
  expect(names.length).toBeLessThanOrEqual(160)
})

test('no production package has an install script', () => {
  expect(production.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([])
})
