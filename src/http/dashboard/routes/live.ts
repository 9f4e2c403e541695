import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Html } from '../../../html/html.ts'
import { sendEvents } from '../../event-stream.ts'
import type { DashboardContext } from '../context.ts'

/** How often a live page checks whether its session is still open. */
const SESSION_CHECK_MS = 3_000

/** The current markup of a page's live parts. `spoken` is announced by screen readers. */
export interface LiveParts {
  html: Html
  spoken?: string | undefined
  isLast?: boolean
}

/** Streams a page's live parts as markup at each change, until the session ends in any process. */
export function sendLive(
  request: FastifyRequest,
  reply: FastifyReply,
  { sessions, sessionOf, stopping }: DashboardContext,
  parts: (signal: AbortSignal) => AsyncIterable<LiveParts>,
): Promise<void> {
  const session = sessionOf(request)
  const remaining = Math.max(0, session.endsAt.getTime() - Date.now())
  const closed = new AbortController()
  const sessionCheck = setInterval(async () => {
    // A database error does not end the session.
    const isOpen = await sessions.isOpen(session).catch(() => true)
    if (!isOpen) closed.abort()
  }, SESSION_CHECK_MS)
  const ends = AbortSignal.any([stopping, closed.signal, AbortSignal.timeout(remaining)])
  return sendEvents(reply, ends, async function* (signal) {
    for await (const { html, spoken, isLast } of parts(signal)) {
      yield { event: isLast ? 'last' : 'parts', data: { html: String(html), spoken } }
    }
  }).finally(() => clearInterval(sessionCheck))
}
