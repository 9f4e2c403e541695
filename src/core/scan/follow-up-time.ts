const STEP_MS = 5 * 60_000

/**
 * When the run starts that follows a scan with held users: after the first hold has ended, at the next
 * full five minutes. Holds that end one after another then cause at most one run in five minutes.
 */
export function followUpTime(heldUntil: Date): Date {
  // Not at once: a Date has lost the microseconds of the hold.
  return new Date(Math.ceil((heldUntil.getTime() + 1) / STEP_MS) * STEP_MS)
}
