import { createProgram } from './cli/program.ts'
import { shortenResolution } from './cli/shorten-resolution.ts'
import { surviveLostConnections } from './db/client/survive-lost-connections.ts'

shortenResolution()
surviveLostConnections()
try {
  await createProgram().parseAsync()
} catch (error) {
  const { EXIT, explainError } = await import('./cli/exit.ts')
  const { say } = await import('./cli/output.ts')
  const { maskAddresses } = await import('./core/errors/mask-addresses.ts')
  const { inspectError } = await import('./core/errors/safe-error.ts')
  const report = explainError(error)
  // A single message may have several lines, for example a failed statement.
  say(...(report?.lines.join('\n') ?? maskAddresses(inspectError(error))).split('\n'))
  process.exitCode = report?.code ?? EXIT.failed
}
