import { inspect } from 'node:util'
import { createProgram } from './cli/program.ts'
import { shortenResolution } from './cli/shorten-resolution.ts'
import { surviveLostConnections } from './db/survive-lost-connections.ts'

shortenResolution()
surviveLostConnections()
try {
  await createProgram().parseAsync()
} catch (error) {
  const { EXIT, explainError } = await import('./cli/exit.ts')
  const { maskAddresses } = await import('./core/privacy/mask-addresses.ts')
  const farewell = explainError(error)
  // What nobody foresaw may quote a query with its values.
  console.error(farewell ? farewell.lines.join('\n') : maskAddresses(inspect(error)))
  process.exitCode = farewell?.code ?? EXIT.failed
}
