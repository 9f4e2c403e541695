import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** The folders, files and packages that each folder under src may import. */
const ARROWS: Record<string, { folders: string[]; packages?: string[] }> = {
  'main.ts': {
    folders: ['cli', 'core/errors', 'db/client/survive-lost-connections.ts'],
  },
  app: {
    folders: [
      'config',
      'core',
      'db',
      'queue',
      'resend',
      'webhook',
      'emails',
      'http',
      'doctor',
      'local',
    ],
    packages: ['pino', 'fastify', 'prom-client'],
  },
  cli: {
    folders: ['app', 'config', 'core', 'db', 'queue', 'emails', 'http', 'doctor', 'local'],
    packages: ['cli-progress', 'cli-table3', 'commander', 'pino', 'pino-pretty', 'string-width'],
  },
  config: { folders: ['core'], packages: ['zod'] },
  // The core declares interfaces for what it needs.
  core: { folders: [], packages: ['cron-parser', 'csv-stringify'] },
  // The database calls no decisions and knows no transport.
  db: {
    folders: ['core', 'config/database-url.ts'],
    packages: ['drizzle-orm', 'postgres'],
  },
  queue: {
    folders: ['core', 'db/client', 'db/runs/jobs.ts', 'config/database-url.ts'],
    packages: ['drizzle-orm', 'pg-boss', 'postgres'],
  },
  resend: { folders: ['core', 'doctor/provider.ts'], packages: ['resend', 'zod'] },
  // What is posted to others.
  webhook: { folders: ['core'], packages: ['standardwebhooks'] },
  emails: { folders: ['core', 'html', 'i18n'], packages: ['nodemailer', 'react', 'react-dom'] },
  // Translations and the shared parts of pages depend on nothing.
  i18n: { folders: [] },
  html: { folders: [] },
  http: {
    folders: ['core', 'emails/preview', 'html', 'i18n'],
    packages: [
      '@fastify/cookie',
      '@fastify/formbody',
      '@fastify/swagger',
      'fastify',
      'fastify-type-provider-zod',
      'rate-limiter-flexible',
      'zod',
    ],
  },
  // The doctor evaluates readings that src/app takes.
  doctor: { folders: ['core'] },
  // The mailbox replaces the provider, so it does not depend on the service.
  'local/mailbox': {
    folders: ['core/errors', 'core/email-address.ts', 'html'],
    packages: ['fastify', 'zod'],
  },
  'local/postgres': { folders: ['core/errors'], packages: ['postgres'] },
  'local/demo': { folders: ['db/demo'] },
  local: { folders: ['config'] },
}

const root = resolve(import.meta.dirname, '../..')
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(name =>
  /\.tsx?$/.test(name),
)
const imports = new Map(files.map(file => [file, importsOf(file)]))
/** The most specific folder in ARROWS that contains a file. */
const roomOf = (file: string) =>
  Object.keys(ARROWS)
    .filter(room => isUnder(file, room))
    .sort((a, b) => b.length - a.length)[0]

test('each file belongs to a known folder', () => {
  expect(files.length).toBeGreaterThan(50)
  expect(imports.get('app/workers.ts')).toContain('core/send/deliver-batch.ts')
  expect(files.filter(file => !roomOf(file))).toEqual([])
})

test.each(Object.entries(ARROWS))('%s imports only what it may', (room, allowed) => {
  const inRoom = files.filter(file => roomOf(file) === room)
  expect(inRoom).not.toEqual([])
  const forbidden = inRoom.flatMap(file =>
    [...(imports.get(file) ?? [])]
      .filter(imported =>
        files.includes(imported)
          ? !allowed.folders.some(folder => isUnder(imported, folder)) && roomOf(imported) !== room
          : !imported.startsWith('node:') &&
            !allowed.packages?.some(name => isUnder(imported, name)),
      )
      .map(imported => `${file} imports ${imported}`),
  )
  expect(forbidden).toEqual([])
})

test('there is no import cycle between files', () => {
  expect(findCircle(new Map(files.map(file => [file, localImports(file)])))).toEqual([])
})

test('there is no import cycle between folders of the core or the database', () => {
  for (const room of ['core', 'db']) {
    const folders = new Map<string, string[]>()
    for (const file of files.filter(file => file.startsWith(`${room}/`))) {
      const folder = dirname(file)
      if (folder === room) continue
      const others = localImports(file)
        .map(dirname)
        .filter(other => other.startsWith(`${room}/`) && other !== folder)
      folders.set(folder, [...(folders.get(folder) ?? []), ...others])
    }
    expect(folders.size).toBeGreaterThan(5)
    expect(findCircle(folders)).toEqual([])
  }
})

test('SQL statements are only in src/db and src/local/postgres', () => {
  const statement = /\b(select\s.+\sfrom|insert\s+into|update\s.+\sset|delete\s+from)\b/i
  const strays = files
    .filter(file => !/^(db|local\/postgres)\//.test(file))
    .filter(file => statement.test(withoutComments(file)))
  expect(strays).toEqual([])
})

test('no folder or file is called utils, helpers, manager, common or service', () => {
  const vague = /\b(utils?|helpers?|managers?|common|services?)\b/
  expect(files.filter(file => vague.test(file))).toEqual([])
})

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function localImports(file: string): string[] {
  return (imports.get(file) ?? []).filter(imported => imports.has(imported))
}

/** The nodes of a cycle, with the first one repeated at the end; empty if there is none. */
function findCircle(graph: Map<string, string[]>): string[] {
  const done = new Set<string>()
  const walk = (node: string, path: string[]): string[] => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return []
    done.add(node)
    for (const next of graph.get(node) ?? []) {
      const circle = walk(next, [...path, node])
      if (circle.length > 0) return circle
    }
    return []
  }
  for (const node of graph.keys()) {
    const circle = walk(node, [])
    if (circle.length > 0) return circle
  }
  return []
}

/** Imports: packages by name, our files by their path under src. */
function importsOf(file: string): string[] {
  const found = withoutComments(file).matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([\w@.][^']*)'/g)
  return [...found].map(([, name = '']) =>
    name.startsWith('.') ? relative('src', join('src', dirname(file), name)) : name,
  )
}

function withoutComments(file: string): string {
  const text = readFileSync(join(root, 'src', file), 'utf8')
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
}
