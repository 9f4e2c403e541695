import { Argument, Command, Option } from 'commander'
import { emailTypes } from '../core/email-type.ts'
import { runTypes } from '../core/runs/run.ts'
import { sampleNames } from '../emails/preview/samples.ts'
import { readLimit, readTime, readUuid } from './read-option.ts'

/** The command line. Each command loads its module when it runs, so `--help` needs no database driver. */
export function createProgram(): Command {
  const program = new Command('tidings')
    .description('Emails people about the in-app notifications an application keeps in Postgres.')
    .showHelpAfterError()

  program
    .command('serve')
    .description('run the service until it is stopped')
    .action(async () => exit((await import('./serve.ts')).serve()))

  program
    .command('run')
    .description('start a run and wait for its end')
    .addArgument(new Argument('<type>').choices(runTypes))
    .option('--dry-run', 'count, send nothing')
    .option('--user <id>', 'only this person; may be repeated', collect)
    .option('--json', 'print the run as JSON')
    .action(async (type, options) => exit((await import('./run.ts')).run(type, options)))

  program
    .command('settings')
    .description('tell whether a user gets emails, or switch them on or off')
    .addArgument(new Argument('<user>', 'the user’s id').argParser(readUuid))
    .addArgument(new Argument('[state]').choices(['on', 'off']))
    .action(async (user, state) => exit((await import('./settings.ts')).settings(user, state)))

  program
    .command('preview')
    .description('show an email as it would go out; nothing is sent')
    .addArgument(new Argument('<type>').choices(emailTypes))
    .option('--user <id>', 'what this person would get now', readUuid)
    .addOption(
      new Option('--sample <name>', 'somebody made up').choices(sampleNames).conflicts('user'),
    )
    .option('--out <file>', 'write the HTML there, or the whole message to a .eml')
    .action(async (type, options) => exit((await import('./preview.ts')).preview(type, options)))

  program
    .command('audit')
    .description('show the attempts to mail somebody, newest first')
    .option('--user <who>', 'to this person: an id, an address or a user name')
    .addOption(new Option('--type <type>', 'of this type').choices(emailTypes))
    .addOption(new Option('--success', 'that were accepted').conflicts('failed'))
    .option('--failed', 'that were not accepted')
    .option('--from <time>', 'from this time on: 2026-11-14, 2026-11-14T09:12Z, 24h, 7d', readTime)
    .option('--to <time>', 'before this time', readTime)
    .option('--notification <id>', 'that carried this notification', readUuid)
    .option('--error <text>', 'with this error code, or this text in the error')
    .option('--run <id>', 'of this run', readUuid)
    .option('--limit <n>', 'at most so many; 50 in a table, all elsewhere', readLimit)
    .addOption(
      new Option('--format <format>', 'how they are written')
        .choices(['table', 'json', 'csv'])
        .default('table'),
    )
    .addOption(new Option('--json', '--format json').conflicts('csv').implies({ format: 'json' }))
    .addOption(new Option('--csv', '--format csv').implies({ format: 'csv' }))
    .addOption(new Option('--watch', 'stay, and follow the new ones').conflicts(['to', 'limit']))
    .action(async options => exit((await import('./audit.ts')).audit(options)))

  program
    .command('explain')
    .description('tell why a person is mailed at this moment, or not')
    .argument('<user>', 'an id, an address or a user name')
    .option('--json', 'print it as JSON')
    .action(async (user, options) => exit((await import('./explain.ts')).explain(user, options)))

  program
    .command('erase')
    .description("remove a person's address and text from what is stored; counts stay")
    .argument('<user>', 'an id, an address or a user name')
    .option('--yes', 'do it: it cannot be undone')
    .option(
      '--rows',
      'also delete their rows of notification_emails_sent, before the user is deleted',
    )
    .option('--suppression', 'also forget that the address is never to be mailed')
    .action(async (user, options) => exit((await import('./erase.ts')).erase(user, options)))

  program
    .command('resume')
    .description('let emails go out again after they were stopped')
    .action(async () => exit((await import('./resume.ts')).resume()))

  program
    .command('moved')
    .description('show which deployment the database sends for, or make it this one')
    .option('--yes', 'the service has moved here: let its emails go out again')
    .action(async options => exit((await import('./moved.ts')).moved(options)))

  program
    .command('migrate')
    .description('bring the database schema to this version')
    .action(async () => exit((await import('./migrate.ts')).migrate()))

  program
    .command('adopt')
    .description('take up a database that has the application’s tables already')
    .option('--dry-run', 'look and tell, change nothing')
    .option('--json', 'print what was found as JSON')
    .action(async options => exit((await import('./adopt.ts')).adopt(options)))

  program
    .command('grants')
    .description('print the SQL that gives a role no more than the service needs')
    .requiredOption('--role <name>', 'the role that the service connects with')
    .action(async options => exit((await import('./grants.ts')).grants(options)))

  program
    .command('doctor')
    .description('look at all that the service needs, and say what mends what is wrong')
    .option('--json', 'print what was found as JSON')
    .action(async options => exit((await import('./doctor.ts')).doctor(options)))

  program
    .command('compare')
    .description('set what the old mailer has sent beside what Tidings, in shadow, would have')
    .requiredOption(
      '--from <time>',
      'from this time on, as for audit: 2026-11-14, 24h, 7d',
      readTime,
    )
    .option('--to <time>', 'before this time; now where nothing is said', readTime)
    .option('--json', 'print all of it as JSON')
    .action(async options => exit((await import('./compare.ts')).compare(options)))

  program
    .command('demo')
    .description('show the whole service at work on a made-up community')
    .option('--exit', 'end when the emails are sent')
    .action(async options => exit((await import('./demo.ts')).demo(options)))

  return program
}

function collect(id: string, ids: string[] = []): string[] {
  return [...ids, readUuid(id)]
}

async function exit(command: Promise<number>): Promise<void> {
  process.exitCode = await command
}
