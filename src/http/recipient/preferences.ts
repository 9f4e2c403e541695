import formbody from '@fastify/formbody'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { openLink, type TokenRoute, tokenPaths } from './open-link.ts'
import { preferencesPage } from './pages/preferences.ts'
import type { RecipientContext } from './recipient-context.ts'

const state = z.enum(['on', 'off'], { error: 'on or off' })
const form = z.object({ emails: state })
// Part of a link that people may edit, and only words: what is odd counts as not there.
const query = z.object({ changed: state.optional().catch(undefined) })

/**
 * A recipient's own page. No cookie stands for a person here, so no other site can have a browser
 * post in their name: whoever posts has the token.
 */
export const preferencesRoutes: FastifyPluginAsyncZod<RecipientContext> = async (server, desk) => {
  const { frame, links, rules, show, refuse } = desk
  await server.register(formbody, { bodyLimit: 16_384 })

  for (const { url, hide } of tokenPaths) {
    server.get<TokenRoute & { Querystring: z.infer<typeof query> }>(
      url,
      { schema: { summary: 'A recipient’s own page', hide, querystring: query } },
      async (request, reply) => {
        const visitor = await openLink(links, 'preferences', request)
        if (typeof visitor === 'string') return refuse(request, reply, visitor)
        const { changed } = request.query
        return show(reply, preferencesPage(frame, { ...visitor, rules, changed }))
      },
    )

    server.post<TokenRoute & { Body: z.infer<typeof form> }>(
      url,
      {
        schema: {
          summary: 'Switch a recipient’s emails on or off',
          hide,
          consumes: ['application/x-www-form-urlencoded'],
          body: form,
        },
      },
      async (request, reply) => {
        const visitor = await openLink(links, 'preferences', request)
        if (typeof visitor === 'string') return refuse(request, reply, visitor)
        const { emails } = request.body
        const changed = await links.settings.change(visitor.setting.userId, emails === 'on')
        if (!changed) return refuse(request, reply, 'gone')
        // Relative, so that it holds whatever path a proxy has put before ours.
        return reply
          .code(303)
          .headers({ location: `?changed=${emails}`, 'cache-control': 'no-store' })
          .send()
      },
    )
  }
}
