import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { emailTypes } from '../../core/email-type.ts'
import { reasons } from '../../core/scan/reasons.ts'
import type { Previews } from '../../emails/preview/preview.ts'
import { sampleNames } from '../../emails/preview/samples.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { problems, sendProblem } from '../problem.ts'

export interface PreviewRouteOptions {
  previews: Previews
  tokens: Tokens
}

const body = z
  .strictObject({
    type: z.enum(emailTypes, { error: `one of ${emailTypes.join(', ')}` }),
    userId: z.guid('a UUID').optional(),
    sample: z.enum(sampleNames, { error: `one of ${sampleNames.join(', ')}` }).optional(),
  })
  .refine(({ userId, sample }) => !(userId && sample), {
    path: ['sample'],
    error: 'nothing, where userId is given: the one or the other',
  })

/** `POST /v1/preview`: an email to look at. Sends nothing and writes nothing. */
export const previewRoute: FastifyPluginAsyncZod<PreviewRouteOptions> = async (server, options) => {
  const { previews, tokens } = options
  server.post(
    '/v1/preview',
    {
      onRequest: requireBearer(tokens.write),
      schema: { summary: 'An email as it would go out, of a person or of a sample', body },
    },
    async (request, reply) => {
      const found = await previews.preview(request.body)
      if ('email' in found) {
        const { subject, html, text, headers } = found.email
        return { subject, html, text, headers }
      }
      if (found.notDue === 'unknown_user') {
        return sendProblem(reply, problems.userNotFound)
      }
      return sendProblem(reply, {
        status: 409,
        code: 'not_due',
        title: `this user would get no ${request.body.type} email now`,
        detail: `${found.notDue}: ${reasons[found.notDue] ?? found.notDue}`,
      })
    },
  )
}
