import { expect, test } from 'vitest'
import { EXIT } from '../../src/cli/exit.ts'
import { HELP } from '../../src/cli/help.ts'
import { createProgram } from '../../src/cli/program.ts'
import { codeIn, readPage, rowsOf, sectionsOf } from './markdown.ts'

const page = readPage('docs/cli.md')
const { commands } = createProgram()
const sections = new Map(
  sectionsOf(page).flatMap(({ heading, text }) => {
    const [, name] = /^`(.+)`$/.exec(heading) ?? []
    return name ? [[name, text] as const] : []
  }),
)
const exitCodes = rowsOf(page, 'code').flatMap(row => codeIn(row.code ?? '').map(Number))

test('docs/cli.md has every command, and no other', () => {
  expect([...sections.keys()].toSorted()).toEqual(commands.map(each => each.name()).toSorted())
})

// Exit code 2 is used only by doctor, 130 only by a second signal.
test('its table of exit codes has every exit code, and no other', () => {
  expect(exitCodes.toSorted()).toEqual([...Object.values(EXIT), 2, 130].toSorted())
})

test('every command that prints data can print it as JSON', () => {
  const others = commands.filter(({ options }) => !options.some(({ long }) => long === '--json'))
  expect(others.map(command => command.name())).toEqual(['serve', 'mailbox', 'demo', 'completion'])
})

test.each(commands.map(command => [command.name(), command] as const))('%s', (name, command) => {
  const text = sections.get(name) ?? ''
  const written = rowsOf(text, 'option').flatMap(row => codeIn(row.option ?? ''))
  expect(written.toSorted()).toEqual(command.options.map(option => option.flags).toSorted())

  expect(text).toContain(`\ntidings ${name} ${command.usage()}\n`)
  expect(text).toMatch(/```sh\n.*(npx tidings|npm (run|start))/)

  const inCode = codeIn(text)
  const choices = [...command.options, ...command.registeredArguments].flatMap(
    ({ argChoices = [] }) => argChoices,
  )
  expect(choices.filter(choice => !inCode.includes(choice))).toEqual([])

  const [, told = ''] = /^Exit codes: (.*)$/m.exec(text) ?? []
  const codes = [...told.matchAll(/(?<![\w-])(\d+)\b/g)].map(([, code]) => Number(code))
  expect(codes).toContain(0)
  expect(codes.filter(code => !exitCodes.includes(code))).toEqual([])

  const { examples = [], exits = [] } = HELP[name] ?? {}
  expect(text).toContain(`\n\`\`\`sh\n${examples.join('\n')}\n\`\`\`\n`)
  expect(plainText(told)).toSatisfy((line: string) => line.startsWith(`${exits.join('; ')}.`))
  let help = ''
  command.configureOutput({ writeOut: part => (help += part) }).outputHelp()
  for (const example of examples) expect(help).toContain(`\n  ${example}\n`)
  for (const code of [...codes, 69, 78]) expect(help).toMatch(RegExp(`^ {2}${code} +\\w`, 'm'))
})

/** Without backticks and links. */
function plainText(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replaceAll('`', '')
}
