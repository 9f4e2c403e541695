import type { Command } from 'commander'

interface CommandHelp {
  examples: string[]
  /** The exit codes with a particular meaning, as `<code> <when>`. */
  exits: string[]
}

/** The end of each command's help. docs/cli.md says the same. */
export const HELP: Record<string, CommandHelp> = {
  serve: {
    examples: ['PORT=3100 npm run tidings -- serve'],
    exits: ['0 after a stop', '130 after a second signal'],
  },
  run: {
    examples: ['npm run tidings -- run all --dry-run', 'npx tidings run all --json > run.json'],
    exits: [
      '0 when every email was accepted',
      '1 when some failed or are unknown, or the command was interrupted',
    ],
  },
  settings: {
    examples: [
      'npm run tidings -- settings b06ed71f-f6e0-4bf7-aad4-f31df0f4234e off',
      'npx tidings settings mara@example.com --json',
    ],
    exits: ['0 when the setting is shown or changed', '1 when there is no such user'],
  },
  preferences: {
    examples: [
      'npm run tidings -- preferences mara@example.com pausedUntil=2026-12-01T08:00Z',
      'npx tidings preferences mara@example.com --json',
    ],
    exits: [
      '0 when the preferences are shown or changed',
      '1 when there is no such user, or a value is refused',
    ],
  },
  preview: {
    examples: [
      'npm run tidings -- preview new_notifications --sample german --out email.html',
      'npx tidings preview outstanding_reminder --json',
    ],
    exits: [
      '0 when the email is shown',
      '1 when this user would get no such email now (it says why), or the file cannot be written',
    ],
  },
  audit: {
    examples: [
      'npx tidings audit --failed --from 7d --csv > failed.csv',
      'npm run tidings -- audit --user mara@example.com',
    ],
    exits: ['0 also when nothing matches', '1 when there is no such user'],
  },
  explain: {
    examples: ['npm run tidings -- explain mara@example.com'],
    exits: ['0 when the user exists, due or not', '1 when there is no such user'],
  },
  erase: {
    examples: ['npm run tidings -- erase mara@example.com --yes'],
    exits: [
      '0 when the data is erased',
      '1 without --yes, when no user or more than one matches, while an email to the user is in flight, or when the role may not delete',
    ],
  },
  suppressions: {
    examples: [
      'npm run tidings -- suppressions lift mara@example.com',
      'npx tidings suppressions list --state all --json > suppressions.json',
    ],
    exits: [
      '0 when the addresses are listed, suppressed or lifted',
      '1 when the address is not valid or was never suppressed, or when its owner complained and --force is missing',
    ],
  },
  resume: {
    examples: ['npm run tidings -- resume'],
    exits: ['0 also when nothing was stopped', '78 when the database sends for another deployment'],
  },
  moved: {
    examples: ['npm run tidings -- moved', 'npm run tidings -- moved --yes'],
    exits: [
      '0 when nothing has moved, or with --yes',
      '78 when the database sends for another deployment',
    ],
  },
  migrate: {
    examples: ['npm run tidings -- migrate'],
    exits: [
      '0 when the schema is up to date',
      '1 when a migration fails (it says which and why; nothing is applied)',
      '78 for a database that has your tables and is not adopted, when QUEUE_SCHEMA belongs to another program, and when the role may not create what is missing (it prints the GRANT)',
    ],
  },
  adopt: {
    examples: ['npm run tidings -- adopt --dry-run', 'npx tidings adopt --dry-run --json'],
    exits: [
      '0 when the database is adopted, or could be',
      '1 when a difference or a missing right prevents it',
      '78 when QUEUE_SCHEMA belongs to another program',
    ],
  },
  grants: {
    examples: ['npx tidings grants --role tidings | psql "$DATABASE_URL"'],
    exits: ['0 when the SQL is printed', '78 for a name that cannot be a role'],
  },
  doctor: {
    examples: ['npm run tidings -- doctor'],
    exits: ['0 when all is well', '1 with warnings', '2 with failures'],
  },
  compare: {
    examples: ['npx tidings compare --from 7d --json > compare.json'],
    exits: ['0 when the comparison is printed', '1 when --from is not before --to'],
  },
  mailbox: {
    examples: ['npx tidings mailbox fault server-error', 'npx tidings mailbox fault off'],
    exits: [
      '0 when the fault is set or off',
      '1 when this is no local mailbox, or no service answers',
    ],
  },
  demo: {
    examples: ['npm run demo', 'npm run demo -- --exit'],
    exits: [
      '0 when the emails were sent',
      '1 when the run failed',
      '78 when the database has users of its own, or RESEND_API_KEY, SHADOW or DELIVER_ONLY is set',
    ],
  },
  completion: {
    examples: ['source <(npx tidings completion bash)', 'source <(npx tidings completion zsh)'],
    exits: ['0 when the script is printed'],
  },
}

/** Any command can end with these; a particular meaning replaces the general one. */
const GENERAL = [
  '69 when something it needs is unavailable, such as the database',
  '78 when the configuration or the state of the database must be put right first',
]

/** Formats the end of a command's help, wrapped as the rest of it. */
export function formatHelp({ command }: { command: Command }): string {
  const { examples = [], exits = [] } = HELP[command.name()] ?? {}
  const codes = new Set(exits.map(codeOf))
  const all = [...exits, ...GENERAL.filter(exit => !codes.has(codeOf(exit)))]
  const helper = command.createHelp()
  helper.prepareContext({ helpWidth: process.stdout.columns })
  return [
    '',
    'Examples:',
    ...examples.map(example => `  ${example}`),
    '',
    'Exit codes:',
    ...all.map(exit => {
      const code = codeOf(exit)
      return helper.formatItem(code, 3, exit.slice(code.length + 1), helper)
    }),
  ].join('\n')
}

const codeOf = (exit: string) => exit.split(' ', 1)[0] ?? ''
