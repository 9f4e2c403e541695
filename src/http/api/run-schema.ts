import { z } from 'zod'
import { type Run, runTypes } from '../../core/runs/run.ts'

const skipped = z.record(z.string(), z.int()).describe('Users who get no email, by reason')

const typeCounts = z
  .object({
    due: z.int().describe('Users who were due at the scan'),
    sent: z.int().describe('Accepted by the provider'),
    failed: z.int().describe('Definitely refused, or not renderable'),
    unknown: z.int().describe('No answer, or one that proves nothing'),
    skipped,
  })
  .meta({ id: 'TypeCounts' })

const runStatus = z.enum(['queued', 'running', 'completed', 'failed'])

/** A run, as the API returns it. */
export const run = z
  .object({
    id: z.string(),
    type: z.enum(runTypes),
    trigger: z.enum(['schedule', 'http', 'cron_route', 'cli', 'dashboard']),
    dryRun: z.boolean(),
    shadow: z.boolean().describe('A dry run because of `SHADOW=true`'),
    status: runStatus,
    error: z.string().nullable().describe('Why the run itself failed, as `<code>: <message>`'),
    counts: typeCounts
      .extend({
        scanned: z.int().describe('Users with something unread, or those of the request'),
        byType: z.object({ new_notifications: typeCounts, outstanding_reminder: typeCounts }),
      })
      .meta({ id: 'RunCounts' }),
    paused: z
      .object({
        reason: z.string(),
        until: z.date().nullable(),
        stopped: z.boolean(),
      })
      .nullable()
      .describe('Set while sending waits or is stopped'),
    createdAt: z.date(),
    startedAt: z.date().nullable(),
    finishedAt: z.date().nullable(),
  })
  .meta({ id: 'Run' }) satisfies z.ZodType<Run>

export const runPage = z
  .object({ data: z.array(run), cursor: z.string().nullable() })
  .meta({ id: 'RunPage' })

/** A token that only starts runs must not learn about users from their counts. */
export const startedRun = z.union([
  run,
  z.object({ id: z.string(), status: runStatus }).meta({ id: 'RunReference' }),
])
