import { addressIn } from '../../core/email-address.ts'
import type { LastEvent } from './stored-email.ts'

const simulated = /^(delivered|bounced|complained|suppressed)(?:\+[^@]*)?@resend\.dev$/i

/**
 * Returns the event that a Resend test address simulates; a `+label` is ignored.
 * @see https://resend.com/docs/dashboard/emails/send-test-emails
 */
export function simulatedEvent(recipients: string[]): LastEvent | undefined {
  for (const recipient of recipients) {
    const event = simulated.exec(addressIn(recipient) ?? '')?.[1]
    if (event !== undefined) return event.toLowerCase() as LastEvent
  }
  return undefined
}
