/** What was sent in the last 24 h, and what became of it. */
export interface Reputation {
  accepted: number
  bounced: number
  complained: number
}

/**
 * Resend may pause an account whose bounces exceed 4 % or whose complaints exceed 0.08 %, and then
 * nobody gets mail, the login codes of the host included. These limits stop sending before that.
 */
const BOUNCES = 0.04
const COMPLAINTS = 0.0008
/** With fewer emails, four stale addresses would exceed the rate; a small host could never send. */
const ENOUGH_ACCEPTED = 100
/** The limit is 1 in 1,250: one click on "spam" would stop everybody who sends less than that. */
const ENOUGH_COMPLAINTS = 2

/** Up to how many accepted emails so many bounces and complaints may be too many. */
export function decisiveCount({ bounced, complained }: Omit<Reputation, 'accepted'>): number {
  const forBounces = bounced >= ENOUGH_ACCEPTED * BOUNCES ? bounced / BOUNCES : 0
  const forComplaints = complained >= ENOUGH_COMPLAINTS ? complained / COMPLAINTS : 0
  return Math.ceil(Math.max(forBounces, forComplaints))
}

/** Why to stop, as `<code>: <message>`; null while all is well. */
export function findBreach({ accepted, bounced, complained }: Reputation): string | null {
  if (accepted >= ENOUGH_ACCEPTED && bounced > accepted * BOUNCES) {
    const share = inPercent(bounced / accepted)
    return `bounce_rate: ${share} of ${accepted} emails bounced in 24 h (limit 4 %)`
  }
  if (complained >= ENOUGH_COMPLAINTS && complained > accepted * COMPLAINTS) {
    const share = inPercent(complained / Math.max(accepted, complained))
    return `complaint_rate: ${share} of ${accepted} emails were reported as spam in 24 h (limit 0.08 %)`
  }
  return null
}

function inPercent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}
