import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Settings } from '../../core/settings/setting.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { sendProblem } from '../problem.ts'

export interface SettingsRoutesOptions {
  settings: Settings
  tokens: Tokens
}

const person = z.object({ userId: z.guid('the UUID of a user') })
const change = z.strictObject({ notificationEmailsEnabled: z.boolean('true or false') })

/** `GET` and `PUT /v1/users/{userId}/notification-settings`. */
export const settingsRoutes: FastifyPluginAsyncZod<SettingsRoutesOptions> = async (
  server,
  { settings, tokens },
) => {
  const refuse = (reply: FastifyReply) =>
    sendProblem(reply, {
      status: 401,
      code: 'unauthorized',
      title: 'a valid bearer token is needed',
    })

  server.get(
    '/v1/users/:userId/notification-settings',
    {
      onRequest: requireBearer(tokens.read, refuse),
      schema: { summary: 'Whether a user gets emails', params: person },
    },
    async (request, reply) =>
      (await settings.find(request.params.userId)) ?? sendUnknownUser(reply),
  )

  server.put(
    '/v1/users/:userId/notification-settings',
    {
      onRequest: requireBearer(tokens.write, refuse),
      schema: { summary: 'Switch a user’s emails on or off', params: person, body: change },
    },
    async (request, reply) => {
      const { notificationEmailsEnabled } = request.body
      const changed = await settings.change(request.params.userId, notificationEmailsEnabled)
      return changed ?? sendUnknownUser(reply)
    },
  )
}

function sendUnknownUser(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, {
    status: 404,
    code: 'user_not_found',
    title: 'there is no such user',
  })
}
