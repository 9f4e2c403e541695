/** Where a service runs. Its database remembers the deployment that sends from it. */
export interface Deployment {
  /** PUBLIC_URL without user, default port and slash at the end. */
  publicUrl: string
  /** A fingerprint of the provider's key; null without a key. */
  keyFingerprint: string | null
}

/** What the code of a pause says when the database was copied from another deployment. */
const MOVED = 'moved'

/** Why nothing is sent: the database sends for another deployment than this one. */
export function describeMove(remembered: string, here: string): string {
  return `${MOVED}: this database sends for ${remembered}, and this service is ${here}`
}

/** Whether the reason of a pause is a move. */
export function isMove(reason: string): boolean {
  return reason.startsWith(`${MOVED}:`)
}
