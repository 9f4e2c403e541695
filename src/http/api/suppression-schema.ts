import { z } from 'zod'
import { type Suppression, suppressionSources } from '../../core/recipients/suppression.ts'

const source = z.enum(suppressionSources)
const instant = z.date()

const fields = z.object({
  address: z.string(),
  active: z.boolean(),
  reason: z.string(),
  source,
  by: z.string().nullable(),
  note: z.string().nullable(),
  since: instant,
  lifted: z.object({ at: instant, source, by: z.string().nullable() }).nullable(),
})

export const suppression = fields.meta({ id: 'Suppression' }) satisfies z.ZodType<Suppression>

export const suppressionPage = z
  .object({ data: z.array(suppression), cursor: z.string().nullable() })
  .meta({ id: 'SuppressionPage' })

export const lifted = fields
  .extend({
    provider: z.object({
      state: z.enum(['lifted', 'not_suppressed', 'refused', 'no_answer', 'not_asked']),
      detail: z.string().nullable(),
    }),
  })
  .meta({ id: 'LiftedSuppression' })
