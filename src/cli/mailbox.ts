import { counted } from '../core/counted.ts'
import { faultNamed } from '../local/mailbox/named-faults.ts'
import { EXIT } from './exit.ts'
import { InvalidValueError } from './invalid-value.ts'
import { loadConfig } from './load-config.ts'
import { createOutput } from './output.ts'

/**
 * `mailbox fault NAME`: lets the local mailbox of the running service answer as a failing provider would,
 * to rehearse an alert. Only in local mode, and not in production.
 */
export async function mailbox(name: string, { times }: { times?: number }): Promise<number> {
  const config = await loadConfig()
  if (!config.localMailbox || config.production) {
    throw new InvalidValueError(
      'mailbox fault needs the local mailbox: unset RESEND_API_KEY and NODE_ENV=production',
    )
  }
  const fault = faultNamed(name)
  const body = JSON.stringify(fault && { ...fault, times: times ?? null })
  const url = `http://127.0.0.1:${config.port}/mailbox/api/faults`
  const headers = {
    authorization: `Bearer ${config.apiTokens[0]}`,
    'content-type': 'application/json',
  }
  const answer = await fetch(url, { method: 'PUT', headers, body }).catch(() => null)
  if (!answer?.ok) {
    const why = answer ? `status ${answer.status}` : 'no answer'
    throw new InvalidValueError(`${why} from ${url}: start the service with npm start first`)
  }
  const until =
    times === undefined ? 'until `tidings mailbox fault off`' : `for ${counted(times, 'request')}`
  await createOutput().print(
    fault ? `The mailbox fails with ${name} ${until}` : 'The mailbox works again',
  )
  return EXIT.ok
}
