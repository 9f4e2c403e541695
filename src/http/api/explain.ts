import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { emailTypes } from '../../core/email-type.ts'
import type { Explain } from '../../core/explain/explanation.ts'
import type { Runs } from '../../core/runs/run.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { problems, sendProblem } from '../problem.ts'

export interface ExplainRoutesOptions {
  explain: Explain['explain']
  runs: Pick<Runs, 'start'>
  /** Nothing is sent. */
  shadow: boolean
  tokens: Tokens
}

const onePerson = z.object({ userId: z.guid('the UUID of a user') })
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
      schema: { summary: 'Why a person is mailed at this moment, or not', params: onePerson },
    },
    async (request, reply) =>
      (await explain(request.params.userId)) ?? sendProblem(reply, problems.userNotFound),
  )

  server.post(
    '/v1/users/:userId/emails',
    {
      onRequest: requireBearer(tokens.write),
      schema: {
        summary: "Send one person's email now, if the rules allow it",
        params: onePerson,
        body: sendBody,
      },
    },
    async (request, reply) => {
      const { userId } = request.params
      const { type } = request.body
      const explanation = await explain(userId)
      if (!explanation) return sendProblem(reply, problems.userNotFound)
      if (!explanation.types[type].due) {
        return sendProblem(reply, {
          status: 409,
          code: 'not_due',
          title: `the person is not due for the ${type} email`,
          detail: explanation.types[type].rules.find(rule => !rule.holds)?.text,
          verdicts: explanation.types,
        })
      }
      if (shadow) {
        return sendProblem(reply, {
          status: 409,
          code: 'shadow',
          title: 'the service is in shadow and sends nothing',
          detail: 'The person is due. Unset SHADOW, and restart, to send.',
          verdicts: explanation.types,
        })
      }
      // The claim judges again: who reads everything until then is not mailed.
      const run = await runs.start({ type, userIds: [userId], trigger: 'http' })
      return reply.code(202).header('location', `/v1/runs/${run.id}`).send(run)
    },
  )
}
