import { z } from 'zod'

export const userParams = z.object({ userId: z.guid('the UUID of a user').describe('A user’s id') })
export const runParams = z.object({ id: z.guid('the UUID of a run').describe('A run’s id') })

const error = 'a whole number from 1 to 200'

/** The page size of a list. */
export const pageLimit = z.coerce
  .number({ error })
  .int({ error })
  .min(1, error)
  .max(200, error)
  .describe('How many on a page')
