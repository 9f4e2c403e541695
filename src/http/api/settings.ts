import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Settings } from '../../core/recipients/setting.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { problems, sendProblem } from '../problem.ts'
import { userParams } from './parameters.ts'
import { notificationSettings } from './user-schema.ts'

export interface SettingsRoutesOptions {
  settings: Settings
  tokens: Tokens
}

const change = z.strictObject({ notificationEmailsEnabled: z.boolean('true or false') })

/** `GET` and `PUT /v1/users/{userId}/notification-settings`. */
export const settingsRoutes: FastifyPluginAsyncZod<SettingsRoutesOptions> = async (
  server,
  { settings, tokens },
) => {
  server.get(
    '/v1/users/:userId/notification-settings',
    {
      onRequest: requireBearer(tokens.read),
      schema: {
        operationId: 'getNotificationSettings',
        tags: ['Users'],
        summary: 'Whether a user gets emails',
        params: userParams,
        response: { 200: notificationSettings },
        problems: ['user_not_found'],
      },
    },
    async (request, reply) =>
      (await settings.find(request.params.userId)) ?? sendProblem(reply, problems.userNotFound),
  )

  server.put(
    '/v1/users/:userId/notification-settings',
    {
      onRequest: requireBearer(tokens.write),
      schema: {
        operationId: 'changeNotificationSettings',
        tags: ['Users'],
        summary: 'Switch a user’s emails on or off',
        params: userParams,
        body: change,
        response: { 200: notificationSettings },
        problems: ['user_not_found'],
      },
    },
    async (request, reply) => {
      const { notificationEmailsEnabled } = request.body
      const changed = await settings.change(request.params.userId, notificationEmailsEnabled, 'api')
      return changed ?? sendProblem(reply, problems.userNotFound)
    },
  )
}
