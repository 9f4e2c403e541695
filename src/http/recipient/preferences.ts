import formbody from '@fastify/formbody'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { openLink, type TokenRoute, tokenPaths } from './open-link.ts'
import { preferencesPage } from './pages/preferences.ts'
import type { RecipientContext } from './recipient-context.ts'

const state = z.enum(['on', 'off'], { error: 'on or off' })
const form = z.object({ emails: state })
// Users can edit the URL, so an invalid value is ignored.
const query = z.object({ changed: state.optional().catch(undefined) })

/**
 * The preferences page of a recipient. It needs no protection against cross-site requests: the token
 * in the URL authenticates, not a cookie.
 */
export const preferencesRoutes: FastifyPluginAsyncZod<RecipientContext> = async (
  server,
  context,
) => {
  const { frame, links, rules, show, refuse } = context
  await server.register(formbody, { bodyLimit: 16_384 })

  for (const url of tokenPaths) {
    server.get<TokenRoute & { Querystring: z.infer<typeof query> }>(
      url,
      { schema: { querystring: query } },
      async (request, reply) => {
        const recipient = await openLink(links, 'preferences', request)
        if (typeof recipient === 'string') return refuse(request, reply, recipient)
        const { changed } = request.query
        return show(reply, preferencesPage(frame, { ...recipient, rules, changed }))
      },
    )

    server.post<TokenRoute & { Body: z.infer<typeof form> }>(
      url,
      { schema: { body: form } },
      async (request, reply) => {
        const recipient = await openLink(links, 'preferences', request)
        if (typeof recipient === 'string') return refuse(request, reply, recipient)
        const { emails } = request.body
        const changed = await links.settings.change(
          recipient.setting.userId,
          emails === 'on',
          'link',
        )
        if (!changed) return refuse(request, reply, 'gone')
        // Relative, because a proxy may add a path prefix.
        return reply
          .code(303)
          .headers({ location: `?changed=${emails}`, 'cache-control': 'no-store' })
          .send()
      },
    )
  }
}
