import { Argument, Command, Option } from 'commander'
import { emailTypes } from '../core/email-type.ts'
import { PROGRESS } from '../core/events/progress.ts'
import {
  suppressionReasons,
  suppressionSources,
  suppressionStates,
} from '../core/recipients/suppression.ts'
import { runTypes } from '../core/runs/run.ts'
import { readVersion } from '../core/version.ts'
import { sampleNames } from '../emails/preview/samples.ts'
import { faultNames } from '../local/mailbox/named-faults.ts'
import { formatHelp } from './help.ts'
import { readLimit, readTime, readUuid } from './read-option.ts'

/** Defines the command line. A command's module is loaded when it runs, so `--help` is fast. */
export function createProgram(): Command {
  const program = new Command('tidings')
    .description('Emails users about in-app notifications that an application keeps in PostgreSQL.')
    .version(readVersion(), '-V, --version', 'print the version')
    .showHelpAfterError()

  program
    .command('serve')
    .description('run the service until it is stopped')
    .action(async () => exit((await import('./serve.ts')).serve()))

  program
    .command('run')
    .description('start a run and wait until it ends')
    .addArgument(new Argument('<type>').choices(runTypes))
    .option('--dry-run', 'count the due users, send nothing')
    .option('--user <id>', 'only this user; may be repeated', collect)
    .option('--json', 'print the run as JSON')
    .action(async (type, options) => exit((await import('./run.ts')).run(type, options)))

  program
    .command('settings')
    .description('show whether a user gets emails, or switch them on or off')
    .argument('<user>', 'an id, an address or a user name')
    .addArgument(new Argument('[state]').choices(['on', 'off']))
    .option('--json', 'print the setting as JSON')
    .action(async (user, state, options) =>
      exit((await import('./settings.ts')).settings(user, state, options)),
    )

  program
    .command('preferences')
    .description('show when a user wants to be emailed, or change it')
    .argument('<user>', 'an id, an address or a user name')
    .argument('[changes...]', 'KEY=VALUE, such as pausedUntil=2026-12-01T08:00Z; null resets')
    .option('--json', 'print the preferences as JSON')
    .action(async (user, changes, options) =>
      exit((await import('./preferences.ts')).preferences(user, changes, options)),
    )

  program
    .command('preview')
    .description('show an email without sending it')
    .addArgument(new Argument('<type>').choices(emailTypes))
    .option(
      '--user <who>',
      'the email that this user would get now: an id, an address or a user name',
    )
    .addOption(
      new Option('--sample <name>', 'an email with sample data')
        .choices(sampleNames)
        .conflicts('user'),
    )
    .option('--out <file>', 'write the HTML to this file, or the whole message if it ends in .eml')
    .option('--json', 'print the subject, the HTML, the text and the headers as JSON')
    .action(async (type, options) => exit((await import('./preview.ts')).preview(type, options)))

  program
    .command('audit')
    .description('list attempts, newest first')
    .option('--user <who>', 'to this user: an id, an address or a user name')
    .addOption(new Option('--type <type>', 'of this type').choices(emailTypes))
    .addOption(new Option('--success', 'that were accepted').conflicts('failed'))
    .option('--failed', 'that were not accepted')
    .addOption(new Option('--progress <status>', 'by what the provider reported').choices(PROGRESS))
    .option('--from <time>', 'from this time: 2026-11-14, 2026-11-14T09:12Z, 24h, 7d', readTime)
    .option('--to <time>', 'before this time', readTime)
    .option('--notification <id>', 'that carried this notification', readUuid)
    .option('--error <text>', 'with this error code, or this text in the error')
    .option('--run <id>', 'of this run', readUuid)
    .option('--limit <n>', 'at most this many; by default 50 in a table, otherwise all', readLimit)
    .addOption(
      new Option('--format <format>', 'the output format')
        .choices(['table', 'json', 'csv'])
        .default('table'),
    )
    .addOption(new Option('--json', '--format json').conflicts('csv').implies({ format: 'json' }))
    .addOption(new Option('--csv', '--format csv').implies({ format: 'csv' }))
    .addOption(
      new Option('--watch', 'keep running and print new attempts').conflicts(['to', 'limit']),
    )
    .action(async options => exit((await import('./audit.ts')).audit(options)))

  program
    .command('explain')
    .description('explain why a user is or is not due for an email')
    .argument('<user>', 'an id, an address or a user name')
    .option('--json', 'print the explanation as JSON')
    .action(async (user, options) => exit((await import('./explain.ts')).explain(user, options)))

  program
    .command('erase')
    .description('erase a user’s address and texts from the stored data; counts stay')
    .argument('<user>', 'an id, an address or a user name')
    .option('--yes', 'confirm; this cannot be undone')
    .option(
      '--rows',
      'also delete the user’s rows of notification_emails_sent, before deleting the user',
    )
    .option('--suppression', 'also delete the suppression of the address')
    .option('--json', 'print what was erased as JSON')
    .action(async (user, options) => exit((await import('./erase.ts')).erase(user, options)))

  program
    .command('suppressions')
    .description('list suppressed addresses, suppress one, or lift its suppression')
    .addArgument(new Argument('<action>').choices(['list', 'add', 'lift']))
    .argument('[address]', 'the address to add or lift, or the only one to list')
    .addOption(
      new Option('--state <state>', 'list: those in force, lifted ones, or all')
        .choices(suppressionStates)
        .default('active'),
    )
    .addOption(new Option('--reason <reason>', 'list, add: the reason').choices(suppressionReasons))
    .addOption(new Option('--source <source>', 'list: the source').choices(suppressionSources))
    .option('--note <text>', 'add: why, for colleagues')
    .option('--force', 'lift: even if the owner of the address complained')
    .option('--json', 'print JSON')
    .action(async (action, address, options) =>
      exit((await import('./suppressions.ts')).suppressions(action, address, options)),
    )

  program
    .command('resume')
    .description('resume sending after it was stopped')
    .option('--json', 'print the reason of the stop as JSON')
    .action(async options => exit((await import('./resume.ts')).resume(options)))

  program
    .command('moved')
    .description('show which deployment the database sends for, or make it this one')
    .option('--yes', 'the service has moved here: let its emails go out again')
    .option('--json', 'print both deployments and what waits as JSON')
    .action(async options => exit((await import('./moved.ts')).moved(options)))

  program
    .command('migrate')
    .description('update the database schema to this version')
    .option('--json', 'print the number of migrations as JSON')
    .action(async options => exit((await import('./migrate.ts')).migrate(options)))

  program
    .command('adopt')
    .description('adopt a database that already has the application’s tables')
    .option('--dry-run', 'only report, change nothing')
    .option('--json', 'print what was found as JSON')
    .action(async options => exit((await import('./adopt.ts')).adopt(options)))

  program
    .command('grants')
    .description('print the SQL that gives a role exactly the rights the service needs')
    .requiredOption('--role <name>', 'the role that the service connects with')
    .option('--json', 'print the statements as JSON')
    .action(async options => exit((await import('./grants.ts')).grants(options)))

  program
    .command('doctor')
    .description('check everything the service needs, and say how to fix what is wrong')
    .option('--json', 'print what was found as JSON')
    .action(async options => exit((await import('./doctor.ts')).doctor(options)))

  program
    .command('compare')
    .description('compare the emails of the old mailer with those of a shadow run')
    .requiredOption('--from <time>', 'from this time, as for audit: 2026-11-14, 24h, 7d', readTime)
    .option('--to <time>', 'before this time (default: now)', readTime)
    .option('--json', 'print the whole comparison as JSON')
    .action(async options => exit((await import('./compare.ts')).compare(options)))

  program
    .command('mailbox')
    .description('let the local mailbox fail as a provider would, to rehearse alerts')
    .addArgument(new Argument('<what>').choices(['fault']))
    .addArgument(new Argument('<name>').choices(faultNames))
    .option('--times <n>', 'for so many requests; by default until it is off', readLimit)
    .action(async (_what, name, options) =>
      exit((await import('./mailbox.ts')).mailbox(name, options)),
    )

  program
    .command('demo')
    .description('run the whole service on demo data')
    .option('--exit', 'exit when the emails are sent')
    .action(async options => exit((await import('./demo.ts')).demo(options)))

  program
    .command('completion')
    .description('print a script that completes the command line')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .action(async shell => exit((await import('./completion.ts')).completion(shell, program)))

  for (const command of program.commands) command.addHelpText('after', formatHelp)
  return program
}

function collect(id: string, ids: string[] = []): string[] {
  return [...ids, readUuid(id)]
}

async function exit(command: Promise<number>): Promise<void> {
  process.exitCode = await command
}
