import type { FastifyPluginAsync } from 'fastify'
import { apiRoutes, faultRoutes } from './api-routes.ts'
import type { Mailbox } from './mailbox.ts'
import { pageRoutes } from './page-routes.ts'

export interface MailboxRoutesOptions {
  /** Also `PUT /api/faults` and `GET /api/stats`, without a key: for tests only. */
  faults?: boolean
}

/**
 * The mailbox over HTTP: Resend's API under `/api`, which is the SDK's `baseUrl`, and pages that
 * show what was accepted. Register it with a prefix.
 */
export function mailboxRoutes(
  mailbox: Mailbox,
  options: MailboxRoutesOptions = {},
): FastifyPluginAsync {
  return async app => {
    await app.register(
      async api => {
        apiRoutes(api, mailbox)
        if (options.faults) faultRoutes(api, mailbox)
      },
      { prefix: '/api' },
    )
    await app.register(async pages => pageRoutes(pages, mailbox))
  }
}
