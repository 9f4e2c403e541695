import type { FastifyReply } from 'fastify'
import { emailPolicy } from '../../html/email-policy.ts'
import type { Html } from '../../html/html.ts'

const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function sendPage(reply: FastifyReply, page: Html): FastifyReply {
  return send(reply, String(page), policy)
}

/** The HTML of an email, for the frame of a page. */
export function sendEmailContent(reply: FastifyReply, markup: string): FastifyReply {
  return send(reply, markup, emailPolicy)
}

function send(reply: FastifyReply, markup: string, contentPolicy: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': contentPolicy,
      'x-content-type-options': 'nosniff',
      // `no-referrer` would also remove the `Origin` of forms.
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    .send(markup)
}
