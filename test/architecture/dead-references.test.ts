import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { environment } from '../../src/config/environment.ts'
import { codeIn, readPage, sectionsOf } from './markdown.ts'

const root = join(import.meta.dirname, '../..')
const pages = [...globSync('*.md', { cwd: root }), ...globSync('docs/**/*.md', { cwd: root })]
const sources = globSync(['{src,test,deploy,drizzle}/**/*', '*', '.ci/*', '.*'], {
  cwd: root,
  withFileTypes: true,
})
  .filter(entry => entry.isFile() && !entry.name.endsWith('.md'))
  .map(entry => join(entry.parentPath, entry.name))
const fileNames = new Set(sources.map(file => basename(file)))
const scripts: Record<string, string> = JSON.parse(readPage('package.json')).scripts
const commands = new Map(createProgram().commands.map(each => [each.name(), each]))

/** Files that git ignores: written by drizzle-kit or filled in by an operator. */
const ignored = [
  'drizzle/schema.ts',
  'drizzle/relations.ts',
  'deploy/tidings.env',
  'deploy/owner.env',
]

test('the pages are found', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/api.md']))
})

test.each(pages)('every reference in %s is valid', page => {
  const text = readPage(page)
  expect([
    ...deadLinks(page, text),
    ...deadPaths(text),
    ...deadScripts(text),
    ...deadCommands(text),
    ...deadVariables(text),
  ]).toEqual([])
})

test('every page that the code names exists', () => {
  const dead = sources.flatMap(file =>
    [...readFileSync(file, 'utf8').matchAll(/(?<![\w./])docs\/[\w/-]+\.md/g)]
      .filter(([path]) => !existsSync(join(root, path)))
      .map(([path]) => `${file}: ${path}`),
  )
  expect(dead).toEqual([])
})

test('every page is linked from another', () => {
  const linked = pages.flatMap(page =>
    linksIn(readPage(page)).map(link => normalize(join(dirname(page), link.split('#')[0] ?? ''))),
  )
  expect(pages.filter(page => page !== 'README.md' && !linked.includes(page))).toEqual([])
})

test('docs/guarantees.md names tests as they are', () => {
  const text = readPage('docs/guarantees.md')
  const names = codeIn(withoutBlocks(text)).filter(code => /^[a-z]+(?:-[a-z]+)+$/.test(code))
  expect(names.filter(name => globSync(`test/**/${name}*.ts`, { cwd: root }).length === 0)).toEqual(
    [],
  )
  const dead = [...text.matchAll(/`([\w/-]+)`: ((?:\*[^*]+\*(?:, | and )?)+)/g)].flatMap(
    ([, name = '', titles = '']) => {
      const files = globSync(`test/**/${name.replace(/^test\//, '')}*.ts`, { cwd: root })
      const source = files.map(readPage).join('\n')
      const named = [...titles.matchAll(/\*([^*]+)\*/g)].map(([, title = '']) => title)
      return named.filter(title => !source.includes(title)).map(title => `${name}: ${title}`)
    },
  )
  expect(dead).toEqual([])
})

/** The targets of links and images within this repository. */
function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter(target => !/^[a-z]+:/.test(target))
}

function deadLinks(page: string, text: string): string[] {
  return linksIn(text).filter(link => {
    const [path = '', anchor] = link.split('#')
    const file = path === '' ? page : join(dirname(page), path)
    if (!existsSync(join(root, file))) return true
    return anchor !== undefined && !anchorsOf(readPage(file)).includes(anchor)
  })
}

/** The anchors that GitHub generates for headings. */
function anchorsOf(text: string): string[] {
  return sectionsOf(text).map(({ heading }) =>
    heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Paths in backticks, and names of TypeScript files without a folder. */
function deadPaths(text: string): string[] {
  const isPath =
    /^(?:src|test|docs|deploy|drizzle|assets|\.ci)\/[\w./*-]*$|^[\w.-]+\/[\w./*-]+\.(?:tsx?|md|sql|json|ya?ml|css)$/
  const codes = codeIn(withoutBlocks(text))
  const deadNames = codes.filter(code => /^[\w.-]+\.tsx?$/.test(code) && !fileNames.has(code))
  const deadFiles = codes
    .filter(code => isPath.test(code) && !ignored.includes(code) && !code.startsWith('.tidings'))
    .filter(code => globSync(code, { cwd: root }).length === 0)
  return [...deadNames, ...deadFiles]
}

function deadScripts(text: string): string[] {
  return [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)]
    .map(([, name = '']) => name)
    .filter(name => !scripts[name])
}

/** Commands of `tidings` and their options. */
function deadCommands(text: string): string[] {
  const calls = /(?:tidings --|npx tidings|dist\/main\.js|`tidings) ([a-z]+)([^`#|>\n]*)/g
  return [...text.matchAll(calls)].flatMap(([, name = '', rest = '']) => {
    const command = commands.get(name)
    if (!command) return [`tidings ${name}`]
    const known = command.options.map(option => option.long)
    const used = [...rest.matchAll(/(?<=\s|\[)--[a-z-]+/g)].map(([flag]) => flag)
    return used
      .filter(flag => flag !== '--help' && !known.includes(flag))
      .map(flag => `tidings ${name} ${flag}`)
  })
}

/** Variables of the configuration, or that occur elsewhere in the repository. */
function deadVariables(text: string): string[] {
  const names = codeIn(withoutBlocks(text)).filter(code => /^[A-Z]{2,}(?:_[A-Z]+)+$/.test(code))
  return names.filter(name => !Object.hasOwn(environment.shape, name) && !isKnownElsewhere(name))
}

function isKnownElsewhere(name: string): boolean {
  return /^(PG|NODE_)/.test(name) || sources.some(file => readFileSync(file, 'utf8').includes(name))
}

function withoutBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '')
}
