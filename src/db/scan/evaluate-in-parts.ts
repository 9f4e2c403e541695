import type { EvaluatedPage } from '../../core/scan/scan-store.ts'
import { isCausedByData } from '../client/is-caused-by-data.ts'

type Verdicts = Pick<EvaluatedPage, 'due' | 'others'>

/**
 * Evaluates users in halves of halves, so that one whose data makes the query fail, such as a cast in a
 * host's view, affects no other. That user is `unreadable`.
 */
export async function evaluateInParts(
  userIds: string[],
  evaluate: (userIds: string[]) => Promise<Verdicts>,
): Promise<Verdicts> {
  if (userIds.length === 0) return { due: [], others: [] }
  try {
    return await evaluate(userIds)
  } catch (error) {
    if (!isCausedByData(error)) throw error
    if (userIds.length === 1) {
      const verdicts = {
        newNotifications: 'unreadable',
        outstandingReminder: 'unreadable',
      } as const
      return { due: [], others: [{ people: 1, ...verdicts }] }
    }
    const half = Math.ceil(userIds.length / 2)
    const first = await evaluateInParts(userIds.slice(0, half), evaluate)
    const second = await evaluateInParts(userIds.slice(half), evaluate)
    return { due: [...first.due, ...second.due], others: [...first.others, ...second.others] }
  }
}
