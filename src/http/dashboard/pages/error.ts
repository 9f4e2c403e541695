import type { FastifyReply } from 'fastify'
import { type Html, html } from '../../../html/html.ts'
import { sendPage } from '../send-page.ts'
import { type Frame, mark } from './frame.ts'

const texts: Record<string, { title: string; text: string }> = {
  403: {
    title: 'Request from another site',
    text: 'The form came from another site, so nothing was changed. Go back and try again.',
  },
  read_only: {
    title: 'Read-only session',
    text: 'You are signed in with READ_TOKEN, so nothing was changed. Sign in with API_TOKEN to make changes.',
  },
  404: {
    title: 'Not found',
    text: 'The record may have been deleted, or the address is incomplete.',
  },
  500: {
    title: 'Something went wrong',
    text: 'Nothing is lost. Check the log, then try again.',
  },
}

/** Answers with a page that explains the status. */
export function sendErrorPage(
  reply: FastifyReply,
  frame: Frame,
  status: number,
  reason?: 'read_only',
): FastifyReply {
  return sendPage(reply.code(status), errorPage(frame, status, reason))
}

function errorPage(frame: Frame, status: number, reason?: 'read_only'): Html {
  const other = { title: 'Invalid request', text: 'Go back and try again.' }
  const { title, text } =
    texts[reason ?? status] ?? (status >= 500 ? texts[500] : undefined) ?? other
  return frame.around({
    title,
    content: html`<section class="empty"><h1>${title}</h1><p>${text}</p><p><a href="/">Back to Now</a></p></section>`,
  })
}

/** The page for an address without one; it needs no session. */
export function unknownPage(frame: Frame): Html {
  return frame.bare({
    title: 'Not found',
    content: html`<section class="card sign-in">${mark}<h1>No such page</h1>
<p>The address may be mistyped, or a link incomplete. <a href="/">Go to the dashboard</a></p></section>`,
  })
}
