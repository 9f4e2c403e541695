import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Rules } from '../../core/scan/rules.ts'
import type { Html } from '../../html/html.ts'
import type { LinkPurpose } from './link-token.ts'
import type { LinkReader } from './open-link.ts'
import type { Frame, HostApp } from './pages/frame.ts'

export interface RecipientPagesOptions {
  app: HostApp
  rules: Rules
  links: LinkReader & { sign: (purpose: LinkPurpose, userId: string) => string }
}

/** What the routes of both links share. */
export interface RecipientContext extends RecipientPagesOptions {
  frame: Frame
  show(reply: FastifyReply, page: Html): FastifyReply
  refuse(
    request: FastifyRequest,
    reply: FastifyReply,
    fault: 'wrong' | 'gone',
  ): Promise<FastifyReply>
}
