import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  isPauseEnd,
  PAUSE_END,
  type PreferenceStore,
  UNENFORCED,
  unenforcedPreferences,
} from '../../core/recipients/preferences.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { problems, sendProblem } from '../problem.ts'
import { userParams } from './parameters.ts'
import { notificationPreferences } from './user-schema.ts'

export interface PreferenceRoutesOptions {
  preferences: PreferenceStore
  tokens: Tokens
}

/** A message that says what was expected, and what was given. */
const expecting =
  (expected: string) =>
  ({ input }: { input?: unknown }) =>
    `${expected}; given: ${JSON.stringify(input)?.slice(0, 100)}`

const pauseEnd = expecting(PAUSE_END)

const isNull = z.null({ error: expecting(UNENFORCED) }).optional()
const unenforced = Object.fromEntries(unenforcedPreferences.map(name => [name, isNull])) as Record<
  (typeof unenforcedPreferences)[number],
  typeof isNull
>

const change = z.strictObject({
  pausedUntil: z.iso
    .datetime({ offset: true, error: pauseEnd, abort: true })
    .refine(text => isPauseEnd(new Date(text)), { error: pauseEnd })
    .nullish(),
  ...unenforced,
})

/** `GET` and `PUT /v1/users/{userId}/notification-preferences`. */
export const preferenceRoutes: FastifyPluginAsyncZod<PreferenceRoutesOptions> = async (
  server,
  { preferences: store, tokens },
) => {
  server.get(
    '/v1/users/:userId/notification-preferences',
    {
      onRequest: requireBearer(tokens.read),
      schema: {
        operationId: 'getNotificationPreferences',
        tags: ['Users'],
        summary: 'When and what a user wants to be emailed',
        params: userParams,
        response: { 200: notificationPreferences },
        problems: ['user_not_found'],
      },
    },
    async (request, reply) =>
      (await store.find(request.params.userId)) ?? sendProblem(reply, problems.userNotFound),
  )

  server.put(
    '/v1/users/:userId/notification-preferences',
    {
      onRequest: requireBearer(tokens.write),
      schema: {
        operationId: 'changeNotificationPreferences',
        tags: ['Users'],
        summary: 'Change when and what a user wants to be emailed',
        description: 'Changes what is named; null resets it.',
        params: userParams,
        body: change,
        response: { 200: notificationPreferences },
        problems: ['user_not_found'],
      },
    },
    async (request, reply) => {
      const { pausedUntil } = request.body
      const changes = {
        pausedUntil: typeof pausedUntil === 'string' ? new Date(pausedUntil) : pausedUntil,
      }
      const changed = await store.change(request.params.userId, changes, 'api')
      return changed ?? sendProblem(reply, problems.userNotFound)
    },
  )
}
