import { BOUNCE_DAYS } from '../events/resting.ts'
import { type HoldReason, holdReasons, type Rules } from '../scan/rules.ts'
import type { EligibilityFacts } from './eligibility-facts.ts'
import type { RuleVerdict } from './explanation.ts'
import { inUtc } from './times.ts'

const RESTING = 'resting'

/** Whether time alone can satisfy the rule. */
export function isWait({ rule }: RuleVerdict): boolean {
  return [RESTING, ...holdReasons].includes(rule)
}

/** The rules about the user, which apply to both types, in the order of evaluation. */
export function userRules(facts: EligibilityFacts, { deliverOnly }: Rules): RuleVerdict[] {
  return [
    setting(facts),
    address(facts),
    ...(deliverOnly ? [guard(facts, deliverOnly)] : []),
    suppression(facts),
    ...(facts.refused ? [refusal(facts.refused)] : []),
    ...(facts.resting ? [rest(facts.resting, facts.at)] : []),
    inFlight(facts),
    ...(facts.hold ? [held(facts.hold, facts.at)] : []),
  ]
}

function setting({ setting, at }: EligibilityFacts): RuleVerdict {
  const rule = 'setting'
  if (!setting) return { rule, holds: true, text: 'emails are on: never changed' }
  const when = `the settings were last changed on ${inUtc(setting.changedAt, at)}`
  return { rule, holds: setting.isOn, text: `emails are ${setting.isOn ? 'on' : 'off'}; ${when}` }
}

function address({ address, isAddressable: holds }: EligibilityFacts): RuleVerdict {
  const text = holds
    ? `the address is ${address}`
    : `${JSON.stringify(address)} is not a valid email address`
  return { rule: 'address', holds, text }
}

function guard({ isAllowed: holds }: EligibilityFacts, deliverOnly: string[]): RuleVerdict {
  const text = `DELIVER_ONLY lets only ${deliverOnly.join(', ')} get emails`
  return { rule: 'delivery_guard', holds, text }
}

function suppression({ suppressed, at }: EligibilityFacts): RuleVerdict {
  const text = suppressed
    ? `the address has been suppressed since ${inUtc(suppressed.since, at)}: ${suppressed.reason}`
    : 'the address is not suppressed'
  return { rule: 'suppression', holds: !suppressed, text }
}

function refusal({ times, error }: NonNullable<EligibilityFacts['refused']>): RuleVerdict {
  const text = `the provider has refused the address ${times} times in a row, so it gets no email until it changes: ${error}`
  return { rule: 'refused_address', holds: false, text }
}

function rest({ until, rests }: NonNullable<EligibilityFacts['resting']>, at: Date): RuleVerdict {
  const which = rests > 1 ? `, for the ${rests}. time in a row` : ''
  const text = `the address rests until ${inUtc(until, at)}${which}: its emails bounced transiently on ${BOUNCE_DAYS} days or more, and none was delivered since`
  return { rule: RESTING, holds: false, text }
}

function inFlight({ inFlight, at }: EligibilityFacts): RuleVerdict {
  const rule = 'in_flight'
  if (!inFlight) return { rule, holds: true, text: 'no email is in flight' }
  const { emailType, since, isUnknown } = inFlight
  const doubt = isUnknown ? ', and its outcome is not known yet' : ''
  const text = `the ${emailType} email of ${inUtc(since, at)} is in flight${doubt}`
  return { rule, holds: false, text }
}

const holdTexts: Record<HoldReason, string> = { paused: 'the user has paused emails' }

function held({ reason, until }: NonNullable<EligibilityFacts['hold']>, at: Date): RuleVerdict {
  const text = `${holdTexts[reason]} until ${inUtc(until, at)}; nothing is lost until then`
  return { rule: reason, holds: false, text }
}
