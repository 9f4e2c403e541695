import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { emailTypes } from '../../core/email-type.ts'
import type { Explain } from '../../core/explain/explanation.ts'
import type { Runs } from '../../core/runs/run.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { notDue, problems, sendProblem } from '../problem.ts'
import { userParams } from './parameters.ts'
import { run } from './run-schema.ts'
import { explanation } from './user-schema.ts'

export interface ExplainRoutesOptions {
  explain: Explain['explain']
  runs: Pick<Runs, 'start'>
  /** `SHADOW=true`: nothing is sent. */
  shadow: boolean
  tokens: Tokens
}

const sendBody = z.strictObject({
  type: z.enum(emailTypes, { error: `one of ${emailTypes.join(', ')}` }),
})

/** `GET /v1/users/{userId}/explain`, `POST /v1/users/{userId}/emails`. */
export const explainRoutes: FastifyPluginAsyncZod<ExplainRoutesOptions> = async (
  server,
  { explain, runs, shadow, tokens },
) => {
  server.get(
    '/v1/users/:userId/explain',
    {
      onRequest: requireBearer(tokens.read),
      schema: {
        operationId: 'explainUser',
        tags: ['Users'],
        summary: 'Explain why a user is or is not due for an email',
        params: userParams,
        response: { 200: explanation },
        problems: ['user_not_found'],
      },
    },
    async (request, reply) =>
      (await explain(request.params.userId)) ?? sendProblem(reply, problems.userNotFound),
  )

  server.post(
    '/v1/users/:userId/emails',
    {
      onRequest: requireBearer(tokens.write),
      schema: {
        operationId: 'sendEmail',
        tags: ['Users'],
        summary: 'Send an email to a user now, if the rules allow it',
        params: userParams,
        body: sendBody,
        response: { 202: run },
        problems: ['user_not_found', 'not_due', 'shadow'],
      },
    },
    async (request, reply) => {
      const { userId } = request.params
      const { type } = request.body
      const explained = await explain(userId)
      if (!explained) return sendProblem(reply, problems.userNotFound)
      if (!explained.types[type].due) {
        return sendProblem(reply, {
          ...notDue(type),
          detail: explained.types[type].rules.find(rule => !rule.holds)?.text,
          verdicts: explained.types,
        })
      }
      if (shadow) {
        return sendProblem(reply, {
          status: 409,
          code: 'shadow',
          title: 'The service is in shadow and sends nothing',
          detail: 'The user is due. To send, unset SHADOW and restart.',
          verdicts: explained.types,
        })
      }
      // The claim evaluates the rules again, so a user who has read everything by then gets no email.
      const started = await runs.start({ type, userIds: [userId], trigger: 'http' })
      return reply.code(202).header('location', `/v1/runs/${started.id}`).send(started)
    },
  )
}
