import {
  isComplaint,
  type Lift,
  type LiftOptions,
  type ProviderLift,
  type Suppression,
} from './suppression.ts'

export interface LiftStore {
  /** Null if the address was never suppressed. */
  find(address: string): Promise<Suppression | null>
  /** Null if there is nothing to lift, or if the owner has complained and `force` is false. */
  lift(address: string, options: LiftOptions): Promise<Suppression | null>
}

/**
 * Lifts a suppression at the provider and then here. In the other order an email could go out in between,
 * which the provider would suppress, and its event would suppress the address here again.
 */
export async function liftSuppression(
  store: LiftStore,
  liftAtProvider: (address: string) => Promise<ProviderLift>,
  address: string,
  options: LiftOptions,
): Promise<Lift> {
  const found = await store.find(address)
  if (!found) return { kind: 'not_found' }
  if (found.active && isComplaint(found) && !options.force) return { kind: 'force_needed' }
  const provider = await liftAtProvider(address)
  const lifted = await store.lift(address, options)
  // A complaint may have arrived in the meantime.
  if (!lifted) return { kind: 'force_needed' }
  return { kind: 'lifted', suppression: lifted, provider }
}
