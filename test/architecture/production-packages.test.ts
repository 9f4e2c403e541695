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

test('production installs no server, bundler or formatter of somebody else’s', () => {
  const names = production.map(([path]) => path.replace(/^.*node_modules\//, ''))
  for (const name of ['react-email', 'socket.io', 'esbuild', 'prettier', '@babel/parser']) {
    expect(names).not.toContain(name)
  }
  // It was 241 with React Email. Whoever adds many more should look at what they bring along.
  expect(names.length).toBeLessThanOrEqual(160)
})

test('no package of production runs a script when it is installed', () => {
  expect(production.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([])
})
