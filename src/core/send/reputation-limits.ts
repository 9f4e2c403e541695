/** Emails accepted in the last 24 h, and how many of them bounced or caused complaints. */
export interface Reputation {
  accepted: number
  bounced: number
  complained: number
}

/**
 * Resend may pause an account whose bounces exceed 4 % or whose complaints exceed 0.08 %. Then no email is
 * delivered, including the host's login codes. These limits stop sending before that.
 */
export const reputationLimits = { bounced: 0.04, complained: 0.0008 }
const { bounced: BOUNCES, complained: COMPLAINTS } = reputationLimits
/** With fewer emails, four stale addresses would exceed the rate, and a small host could never send. */
export const ENOUGH_ACCEPTED = 100
/** The limit is 1 in 1,250: a single complaint would stop every host that sends less than that. */
export const ENOUGH_COMPLAINTS = 2

/** The number of accepted emails up to which these bounces and complaints can exceed a limit. */
export function decisiveCount({ bounced, complained }: Omit<Reputation, 'accepted'>): number {
  const forBounces = bounced >= ENOUGH_ACCEPTED * BOUNCES ? bounced / BOUNCES : 0
  const forComplaints = complained >= ENOUGH_COMPLAINTS ? complained / COMPLAINTS : 0
  return Math.ceil(Math.max(forBounces, forComplaints))
}

/** The exceeded limit, as `<code>: <message>`; null if there is none. */
export function findBreach({ accepted, bounced, complained }: Reputation): string | null {
  if (accepted >= ENOUGH_ACCEPTED && bounced > accepted * BOUNCES) {
    const share = inPercent(bounced / accepted)
    return `bounce_rate: ${share} of ${accepted} emails bounced in 24 h (limit 4 %)`
  }
  if (complained >= ENOUGH_COMPLAINTS && complained > accepted * COMPLAINTS) {
    const share = inPercent(complained / Math.max(accepted, complained))
    return `complaint_rate: ${share} of ${accepted} ${accepted === 1 ? 'email was' : 'emails were'} reported as spam in 24 h (limit 0.08 %)`
  }
  return null
}

function inPercent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}
