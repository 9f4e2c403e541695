import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Html } from '../../../html/html.ts'
import { sendEvents } from '../../event-stream.ts'
import type { DashboardContext } from '../context.ts'

/** How soon a page that is kept up to date notices that its session was closed, maybe elsewhere. */
const LOOK_MS = 3_000

/** A state of a page's parts; `spoken` is what a screen reader says of it. */
export interface LiveParts {
  html: Html
  spoken?: string | undefined
  isLast?: boolean
}

/**
 * Keeps a page's parts up to date: sends them again as markup whenever they have changed. Ends when the
 * session does, whichever process has closed it.
 */
export function sendLive(
  request: FastifyRequest,
  reply: FastifyReply,
  { sessions, sessionOf, stopping }: DashboardContext,
  parts: (signal: AbortSignal) => AsyncIterable<LiveParts>,
): Promise<void> {
  const session = sessionOf(request)
  const remaining = Math.max(0, session.endsAt.getTime() - Date.now())
  const closed = new AbortController()
  const look = setInterval(async () => {
    // The database may be away for a moment: that is not to be signed out.
    const isOpen = await sessions.isOpen(session).catch(() => true)
    if (!isOpen) closed.abort()
  }, LOOK_MS)
  const ends = AbortSignal.any([stopping, closed.signal, AbortSignal.timeout(remaining)])
  return sendEvents(reply, ends, async function* (signal) {
    for await (const { html, spoken, isLast } of parts(signal)) {
      yield { event: isLast ? 'last' : 'parts', data: { html: String(html), spoken } }
    }
  }).finally(() => clearInterval(look))
}
