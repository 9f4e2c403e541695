import type { Command, Option } from 'commander'
import { EXIT } from './exit.ts'
import { createOutput } from './output.ts'

/** `completion SHELL`: prints a script that completes the command line of `program` in a shell. */
export async function completion(shell: 'bash' | 'zsh', program: Command): Promise<number> {
  // zsh runs scripts that are written for bash.
  const first = shell === 'zsh' ? 'autoload -Uz bashcompinit && bashcompinit\n' : ''
  await createOutput().write(first + bashScript(program))
  return EXIT.ok
}

function bashScript(program: Command): string {
  const { commands } = program
  const names = commands.map(command => command.name())
  return `_tidings() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" list=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    list='${[...names, 'help', ...program.options.map(flagOf), '--help'].join(' ')}'
  else
    case "\${COMP_WORDS[1]} $before" in
      'help '*) list='${names.join(' ')}' ;;
${commands.flatMap(valueCases).join('\n')}
      *) case "\${COMP_WORDS[1]}" in
${commands.map(wordCase).join('\n')}
      esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$list" -- "$current"))
}
complete -F _tidings tidings
`
}

/** What follows an option that takes a value: its choices, a file, or nothing to suggest. */
function valueCases(command: Command): string[] {
  return command.options
    .filter(option => option.required)
    .map(option => {
      const pattern = `'${command.name()} ${flagOf(option)}'`
      if (option.argChoices) return `      ${pattern}) list='${option.argChoices.join(' ')}' ;;`
      const files = option.flags.endsWith('<file>')
        ? 'COMPREPLY=($(compgen -f -- "$current")); '
        : ''
      return `      ${pattern}) ${files}return ;;`
    })
}

function wordCase(command: Command): string {
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices)
  const list = [...choices, ...command.options.map(flagOf), '--help']
  return `        ${command.name()}) list='${list.join(' ')}' ;;`
}

const flagOf = ({ long, flags }: Option) => long ?? flags
