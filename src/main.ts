import { Argument, Command, InvalidArgumentError } from 'commander'
import { runTypes } from './core/trigger/run.ts'
import { surviveLostConnections } from './db/survive-lost-connections.ts'

// Each command is loaded when it is called: `--help` needs no database driver.
const program = new Command('tidings')
  .description('Emails people about the in-app notifications an application keeps in Postgres.')
  .showHelpAfterError()

function collect(id: string, ids: string[] = []): string[] {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) {
    throw new InvalidArgumentError('It must be a UUID.')
  }
  return [...ids, id]
}

program
  .command('serve')
  .description('run the service until it is stopped')
  .action(async () => exit((await import('./cli/serve.ts')).serve()))

program
  .command('run')
  .description('start a run and wait for its end')
  .addArgument(new Argument('<type>').choices(runTypes))
  .option('--dry-run', 'count, send nothing')
  .option('--user <id>', 'only this person; may be repeated', collect)
  .option('--json', 'print the run as JSON')
  .action(async (type, options) => exit((await import('./cli/run.ts')).run(type, options)))

program
  .command('resume')
  .description('let emails go out again after they were stopped')
  .action(async () => exit((await import('./cli/resume.ts')).resume()))

program
  .command('migrate')
  .description('bring the database schema to this version')
  .action(async () => exit((await import('./cli/migrate.ts')).migrate()))

program
  .command('demo')
  .description('show the whole service at work on a made-up community')
  .option('--exit', 'end when the emails are sent')
  .action(async options => exit((await import('./cli/demo.ts')).demo(options)))

async function exit(command: Promise<number>): Promise<void> {
  process.exitCode = await command
}

surviveLostConnections()
try {
  await program.parseAsync()
} catch (error) {
  const { EXIT, explainError } = await import('./cli/exit.ts')
  const farewell = explainError(error)
  console.error(farewell ? farewell.lines.join('\n') : error)
  process.exitCode = farewell?.code ?? EXIT.failed
}
