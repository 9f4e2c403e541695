import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { type AccessOptions, type Refusal, restrictAccess } from './access.ts'
import { refusal } from './answers.ts'
import { apiRoutes, faultRoutes } from './api-routes.ts'
import type { Mailbox } from './mailbox.ts'
import { pageRoutes } from './page-routes.ts'
import { sendAnswer } from './respond.ts'

export interface MailboxRoutesOptions extends AccessOptions {
  /** Also adds `PUT /api/faults` and `GET /api/stats`, for tokens that this admits; never in production. */
  faults?: Pick<AccessOptions, 'admits'>
}

/**
 * The mailbox over HTTP: Resend's API under `/api` (the SDK's `baseUrl`), and pages that show accepted
 * emails. Register it with a prefix.
 */
export function mailboxRoutes(
  mailbox: Mailbox,
  options: MailboxRoutesOptions = {},
): FastifyPluginAsync {
  return async app => {
    await app.register(
      async api => {
        restrictAccess(api, options, refuseCall)
        apiRoutes(api, mailbox)
        await api.register(async operated => {
          if (!options.faults) return
          restrictAccess(operated, { ...options, ...options.faults }, refuseCall)
          faultRoutes(operated, mailbox)
        })
      },
      { prefix: '/api' },
    )
    await app.register(async pages => {
      restrictAccess(pages, options, refusePage)
      pageRoutes(pages, mailbox)
    })
  }
}

const reasons: Record<Refusal, string> = {
  host: 'The mailbox answers only at localhost and at the host name in PUBLIC_URL.',
  origin: 'Pages of other sites may not send requests here.',
  token: 'The mailbox needs a password: API_TOKEN or READ_TOKEN, with any user name.',
}

function refusePage(reply: FastifyReply, why: Refusal): FastifyReply {
  if (why === 'token') reply.header('www-authenticate', 'Basic realm="Tidings mailbox"')
  return reply
    .type('text/plain; charset=utf-8')
    .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .send(`${reasons[why]}\n`)
}

/** Refuses in the provider's error format. */
function refuseCall(reply: FastifyReply, why: Refusal): FastifyReply {
  const answer =
    why === 'token'
      ? refusal(401, 'missing_api_key', 'The mailbox needs API_TOKEN as its key.')
      : refusal(403, 'invalid_access', reasons[why])
  return sendAnswer(reply, answer)
}
