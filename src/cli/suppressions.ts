import { userInfo } from 'node:os'
import { createSuppressions } from '../app/suppressions.ts'
import { bareAddressIn } from '../core/email-address.ts'
import type {
  AddOptions,
  Lift,
  ProviderLift,
  Suppression,
  SuppressionFilter,
  SuppressionPosition,
  Suppressions,
} from '../core/recipients/suppression.ts'
import { EXIT } from './exit.ts'
import { InvalidValueError } from './invalid-value.ts'
import { createOutput, type Output, say } from './output.ts'
import { suppressionTable } from './suppression-table.ts'
import { withDatabase } from './with-database.ts'

export interface SuppressionCommandOptions extends Omit<SuppressionFilter, 'address'> {
  note?: string
  force?: true
  json?: true
}

/** `suppressions list|add|lift [ADDRESS]`. */
export function suppressions(
  action: 'list' | 'add' | 'lift',
  given: string | undefined,
  options: SuppressionCommandOptions,
): Promise<number> {
  const address = given === undefined ? undefined : readAddress(given)
  return withDatabase(async (db, config) => {
    const store = createSuppressions(config, db)
    const output = createOutput()
    if (action === 'list') return list(store, { ...options, address }, output, options.json)
    if (address === undefined) throw new InvalidValueError(`ADDRESS: name the address to ${action}`)
    const actor = { source: 'cli', by: systemUser() } as const
    if (action === 'lift') {
      const lift = await store.lift(address, { ...actor, force: options.force === true })
      return printLift(lift, address, output, options.json)
    }
    const { reason = 'manual', note } = options
    if (reason === 'suppressed') {
      throw new InvalidValueError('--reason: suppressed is what the provider reports; use manual')
    }
    const added = await store.add(address, { ...actor, reason, note } satisfies AddOptions)
    if (options.json) await output.printJson(added)
    else await output.print(`${added.address} is suppressed: ${added.reason}`)
    return EXIT.ok
  })
}

function readAddress(text: string): string {
  const address = bareAddressIn(text)
  if (address !== undefined) return address
  throw new InvalidValueError(
    `ADDRESS: '${text}' is not an email address; expected one such as ada@example.com`,
  )
}

/** Null in a container whose user has no name. */
function systemUser(): string | null {
  try {
    return userInfo().username
  } catch {
    return null
  }
}

async function list(
  store: Suppressions,
  { state, reason, source, address }: SuppressionFilter,
  output: Output,
  json = false,
): Promise<number> {
  const found: Suppression[] = []
  for (let after: SuppressionPosition | undefined; ; ) {
    const page = await store.list({ state, reason, source, address }, 1_000, after)
    found.push(...page.suppressions)
    if (!page.next) break
    after = page.next
  }
  if (json) await output.printJson(found)
  else if (found.length === 0) say('No matching suppressions')
  else await output.print(...suppressionTable(found, output))
  return EXIT.ok
}

async function printLift(
  lift: Lift,
  address: string,
  output: Output,
  json = false,
): Promise<number> {
  if (lift.kind === 'not_found') {
    say(`${address} was never suppressed`)
    return EXIT.failed
  }
  if (lift.kind === 'force_needed') {
    say(
      `The owner of ${address} reported an email as spam, so nothing was changed.`,
      'If they have asked for emails again, add --force',
    )
    return EXIT.failed
  }
  const { suppression, provider } = lift
  if (json) await output.printJson({ ...suppression, provider })
  else
    await output.print(`${suppression.address} can get emails again; ${atProvider[provider.state]}`)
  if (provider.detail) say(provider.detail)
  return EXIT.ok
}

const atProvider: Record<ProviderLift['state'], string> = {
  lifted: 'the provider lifted its suppression, too',
  not_suppressed: 'the provider had no suppression',
  refused: 'the provider did not allow the call',
  no_answer: 'the provider did not answer',
  not_asked: 'the provider was not asked',
}
