/** What may suppress an address, or lift its suppression. `event`: the provider reported it. */
export const suppressionSources = ['event', 'api', 'cli', 'dashboard'] as const
export type SuppressionSource = (typeof suppressionSources)[number]

/** Why an address is suppressed: the code before the colon of `Suppression.reason`. */
export const suppressionReasons = ['bounced', 'complained', 'suppressed', 'manual'] as const
export type SuppressionReason = (typeof suppressionReasons)[number]

export const suppressionStates = ['active', 'lifted', 'all'] as const
export type SuppressionState = (typeof suppressionStates)[number]

/** An address that gets no email, or got none until the suppression was lifted. */
export interface Suppression {
  /** In lower case. */
  address: string
  /** Whether the address gets no email now. */
  active: boolean
  /** A `SuppressionReason`, with details after a colon: `bounced: General`. */
  reason: string
  source: SuppressionSource
  /** Who asked for it, as they named themselves. */
  by: string | null
  note: string | null
  since: Date
  /** The last lift; before `since` if the address was suppressed again. */
  lifted: { at: Date; source: SuppressionSource; by: string | null } | null
}

export interface SuppressionFilter {
  state: SuppressionState
  reason?: SuppressionReason | undefined
  source?: SuppressionSource | undefined
  /** In any spelling. */
  address?: string | undefined
}

/** The end of a page, where the next one begins. */
export interface SuppressionPosition {
  /** ISO 8601, UTC, with microseconds, which a Date would lose. */
  since: string
  address: string
}

export interface SuppressionPage {
  suppressions: Suppression[]
  next: SuppressionPosition | null
}

/** A person who suppresses an address or lifts a suppression, and where. */
export interface Actor {
  source: Exclude<SuppressionSource, 'event'>
  by?: string | null | undefined
}

export interface AddOptions extends Actor {
  reason: Exclude<SuppressionReason, 'suppressed'>
  note?: string | null | undefined
}

export interface LiftOptions extends Actor {
  /** Also lifts the suppression of an address whose owner complained. */
  force: boolean
}

/** Whether the provider lifted its own suppression, which it keeps beside ours. */
export interface ProviderLift {
  state: 'lifted' | 'not_suppressed' | 'refused' | 'no_answer' | 'not_asked'
  /** What to do if the provider may still suppress the address; else null. */
  detail: string | null
}

export type Lift =
  | { kind: 'lifted'; suppression: Suppression; provider: ProviderLift }
  | { kind: 'not_found' }
  /** The owner complained. */
  | { kind: 'force_needed' }

/** Addresses are valid and may have any case; a domain may be in Unicode or in punycode. */
export interface Suppressions {
  /** Newest first. */
  list(
    filter: SuppressionFilter,
    limit: number,
    after?: SuppressionPosition,
  ): Promise<SuppressionPage>
  /** An address that is suppressed already keeps its reason, except that a complaint replaces any other. */
  add(address: string, options: AddOptions): Promise<Suppression>
  /** Asks the provider, too. Lifting twice changes nothing here and asks the provider again. */
  lift(address: string, options: LiftOptions): Promise<Lift>
}

/** Whether the owner of the address reported an email as spam. */
export function isComplaint({ reason }: Pick<Suppression, 'reason'>): boolean {
  return reason.split(':', 1)[0] === 'complained'
}
