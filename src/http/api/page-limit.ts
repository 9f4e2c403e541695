import { z } from 'zod'

const error = 'a whole number from 1 to 200'

/** How many a page of a list has. */
export const pageLimit = z.coerce.number({ error }).int({ error }).min(1, error).max(200, error)
