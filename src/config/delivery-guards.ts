import { z } from 'zod'
import { addressIn } from '../core/email-address.ts'

/** Who DELIVER_ONLY lets get email: addresses and domains (`@example.com`), in lower case. */
export function readDeliverOnly(items: string[], context: z.RefinementCtx): string[] {
  for (const item of items) {
    if (isBareAddress(item.startsWith('@') ? `any${item}` : item)) continue
    const expected = 'an address such as ana@example.com or a domain such as @example.com'
    context.addIssue({ code: 'custom', message: `must list ${expected}, not ${quote(item)}` })
  }
  return items.map(item => item.toLowerCase())
}

/** The one address that DELIVER_TO redirects every email to. */
export const deliverTo = z
  .string()
  .trim()
  .refine(isBareAddress, {
    error: ({ input }) => `must be one address such as ops@example.com, not ${quote(input)}`,
  })

/** The delivery guards of a configuration. */
export interface DeliveryGuards {
  deliverTo?: string | undefined
  rules: { deliverOnly?: string[] | undefined }
}

/** The variables of the guards that are set, without the addresses in them. */
export function guardNames(config: DeliveryGuards): string[] {
  return effectsOf(config).map(([name]) => name)
}

/** What each guard that is set does, in a sentence; empty without guards. */
export function describeGuards(config: DeliveryGuards): string[] {
  return effectsOf(config).map(([name, effect]) => `${name}: ${effect}`)
}

function effectsOf({ deliverTo, rules: { deliverOnly } }: DeliveryGuards): [string, string][] {
  return [
    ...(deliverOnly
      ? [['DELIVER_ONLY', `only ${deliverOnly.join(', ')} get emails`] as [string, string]]
      : []),
    ...(deliverTo ? [['DELIVER_TO', `every email goes to ${deliverTo}`] as [string, string]] : []),
  ]
}

function isBareAddress(text: string): boolean {
  return addressIn(text) === text
}

function quote(given: unknown): string {
  return JSON.stringify(given)
}
