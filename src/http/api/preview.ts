import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { emailTypes } from '../../core/email-type.ts'
import { reasons } from '../../core/scan/reasons.ts'
import type { Previews } from '../../emails/preview/preview.ts'
import { sampleNames } from '../../emails/preview/samples.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { notDue, problems, sendProblem } from '../problem.ts'

export interface PreviewRouteOptions {
  previews: Previews
  tokens: Tokens
}

const body = z
  .strictObject({
    type: z.enum(emailTypes, { error: `one of ${emailTypes.join(', ')}` }),
    userId: z.guid('a UUID').optional().describe('What this user would get now'),
    sample: z
      .enum(sampleNames, { error: `one of ${sampleNames.join(', ')}` })
      .optional()
      .describe('Without a user; `many` by default'),
  })
  .refine(({ userId, sample }) => !(userId && sample), {
    path: ['sample'],
    error: 'absent if userId is given',
  })

const preview = z
  .object({
    subject: z.string(),
    html: z.string(),
    text: z.string(),
    headers: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Preview' })

/** `POST /v1/preview`: renders an email. Sends nothing and writes nothing. */
export const previewRoute: FastifyPluginAsyncZod<PreviewRouteOptions> = async (server, options) => {
  const { previews, tokens } = options
  server.post(
    '/v1/preview',
    {
      onRequest: requireBearer(tokens.write),
      schema: {
        operationId: 'previewEmail',
        tags: ['Emails'],
        summary: 'Preview an email for a user or with sample data',
        body,
        response: { 200: preview },
        problems: ['user_not_found', 'not_due'],
      },
    },
    async (request, reply) => {
      const result = await previews.preview(request.body)
      if ('email' in result) {
        const { subject, html, text, headers } = result.email
        return { subject, html, text, headers }
      }
      const { notDue: reason } = result
      if (reason === 'unknown_user') return sendProblem(reply, problems.userNotFound)
      return sendProblem(reply, {
        ...notDue(request.body.type),
        detail: `${reason}: ${reasons[reason] ?? reason}`,
      })
    },
  )
}
