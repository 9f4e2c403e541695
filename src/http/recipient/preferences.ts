import formbody from '@fastify/formbody'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { pauseDays, pauseFor } from '../../core/recipients/preferences.ts'
import { openLink, type TokenRoute, tokenPaths } from './open-link.ts'
import { preferencesPage } from './pages/preferences.ts'
import type { RecipientContext } from './recipient-context.ts'

const state = z.enum(['on', 'off'], { error: 'on or off' })
const pauses = pauseDays.map(String)
/** One button's value: the switch, or a pause of so many days; `end` ends it. */
const form = z.union([
  z.object({ emails: state }),
  z.object({ pause: z.enum([...pauses, 'end'], { error: `${pauses.join(', ')} or end` }) }),
])
// Users can edit the URL, so an invalid value is ignored.
const query = z.object({
  changed: z.enum(['on', 'off', 'paused', 'resumed']).optional().catch(undefined),
})

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

  /** What the page then reports; null if the user is gone. */
  async function change(userId: string, body: z.infer<typeof form>) {
    if ('emails' in body) {
      const changed = await links.settings.change(userId, body.emails === 'on', 'link')
      return changed && body.emails
    }
    const pausedUntil = body.pause === 'end' ? null : pauseFor(Number(body.pause))
    const changed = await links.preferences.change(userId, { pausedUntil }, 'link')
    return changed && (pausedUntil ? 'paused' : 'resumed')
  }

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
        const changed = await change(recipient.setting.userId, request.body)
        if (!changed) return refuse(request, reply, 'gone')
        // Relative, because a proxy may add a path prefix.
        return reply
          .code(303)
          .headers({ location: `?changed=${changed}`, 'cache-control': 'no-store' })
          .send()
      },
    )
  }
}
