import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendEvents } from '../../http/event-stream.ts'
import type { Html } from '../../pages/html.ts'
import type { Parts } from '../parts.ts'

/** A state of a page's parts; `spoken` is what a screen reader says of it. */
export interface LiveParts {
  html: Html
  spoken?: string | undefined
  isLast?: boolean
}

/**
 * Keeps a page's parts up to date: sends them again as markup whenever they have changed. Ends with
 * the session at the latest.
 */
export function sendLive(
  request: FastifyRequest,
  reply: FastifyReply,
  { sessions, stopping }: Parts,
  parts: (signal: AbortSignal) => AsyncIterable<LiveParts>,
): Promise<void> {
  const remaining = Math.max(0, (sessions.endOf(request) ?? 0) - Date.now())
  const ends = AbortSignal.any([stopping, AbortSignal.timeout(remaining)])
  return sendEvents(reply, ends, async function* (signal) {
    for await (const { html, spoken, isLast } of parts(signal)) {
      yield { event: isLast ? 'last' : 'parts', data: { html: String(html), spoken } }
    }
  })
}
