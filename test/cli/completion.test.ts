import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { createProgram } from '../../src/cli/program.ts'
import { makeFolder, tidings } from '../support/command.ts'
import { findTool, requireTool } from '../support/tools.ts'

const run = promisify(execFile)

test('bash completes commands, options, their values and files; --version prints the version', async context => {
  requireTool('bash')(context)
  const cwd = await makeFolder()
  const [bash, zsh, version] = await Promise.all([
    tidings(['completion', 'bash'], { cwd }),
    tidings(['completion', 'zsh'], { cwd }),
    tidings(['--version'], { cwd }),
  ])
  expect(bash).toMatchObject({ code: 0, stderr: '' })
  expect(zsh.stdout).toBe(`autoload -Uz bashcompinit && bashcompinit\n${bash.stdout}`)
  expect(version).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` })

  await writeFile(join(cwd, 'tidings.bash'), bash.stdout)
  await writeFile(join(cwd, 'email.html'), '')
  /** What bash suggests for the last of these words. */
  const complete = async (...words: string[]) => {
    const script = `set -u; source tidings.bash; COMP_WORDS=(tidings "$@"); COMP_CWORD=$#
      _tidings; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p tidings >&2`
    const { stdout, stderr } = await run(findTool('bash') ?? '', ['-c', script, 'bash', ...words], {
      cwd,
    })
    expect(stderr).toBe('complete -F _tidings tidings\n')
    return stdout.split('\n').filter(Boolean)
  }

  const names = createProgram().commands.map(command => command.name())
  expect(await complete('')).toEqual([...names, 'help', '--version', '--help'])
  expect(await complete('re')).toEqual(['resume'])
  expect(await complete('run', '')).toEqual([
    ...['new_notifications', 'outstanding_reminder', 'all'],
    ...['--dry-run', '--user', '--json', '--help'],
  ])
  expect(await complete('run', 'all', '--d')).toEqual(['--dry-run'])
  expect(await complete('run', 'all', '--user', '')).toEqual([])
  expect(await complete('preview', 'new_notifications', '--sample', 'g')).toEqual(['german'])
  expect(await complete('preview', 'new_notifications', '--out', 'em')).toEqual(['email.html'])
  expect(await complete('completion', 'z')).toEqual(['zsh'])
  expect(await complete('help', 'doc')).toEqual(['doctor'])
  expect(await complete('unknown', '')).toEqual([])
})
