import type { FastifyInstance, FastifyReply } from 'fastify'
import { bareAddressIn } from '../../../core/email-address.ts'
import {
  type ProviderLift,
  type SuppressionPosition,
  suppressionStates,
} from '../../../core/recipients/suppression.ts'
import { isUuid } from '../../../core/uuid.ts'
import { decodeCursor, encodeCursor } from '../../api/cursor.ts'
import { suppressionCursor } from '../../api/suppression-query.ts'
import type { DashboardContext } from '../context.ts'
import { sendErrorPage } from '../pages/error.ts'
import { suppressionsPage } from '../pages/suppressions.ts'
import { sendPage } from '../send-page.ts'
import { noticeFor, single } from '../single.ts'

const PAGE_SIZE = 50

const byHand = 'If Resend suppresses it, too, remove it there by hand.'
const liftNotices: Record<ProviderLift['state'], string> = {
  lifted: 'The suppression is lifted, here and at the provider.',
  not_suppressed: 'The suppression is lifted. The provider had none.',
  refused: `The suppression is lifted here. The provider did not allow the call. ${byHand}`,
  no_answer: `The suppression is lifted here. The provider did not answer. ${byHand}`,
  not_asked: `The suppression is lifted here. The provider was not asked. ${byHand}`,
}

/** Notices by the `did` of a query string. */
export const suppressionNotices: Record<string, string> = {
  suppressed: 'The address is suppressed. This applies from the next claim on.',
  invalid: 'That is not an email address. Nothing was changed.',
  complaint: 'The owner reported an email as spam. Tick that they asked for emails again.',
  ...Object.fromEntries(
    Object.entries(liftNotices).map(([state, text]) => [`lifted-${state}`, text]),
  ),
}

type Form = { Body: Record<string, unknown> | undefined }

/** `GET` and `POST /suppressions`, and `POST /suppressions/lift`, also for the page of a user. */
export function suppressionRoutes(
  server: FastifyInstance,
  { options, frame, sessionOf }: DashboardContext,
): void {
  const { suppressions } = options

  server.get<{ Querystring: Record<string, unknown> }>('/suppressions', async (request, reply) => {
    const { query } = request
    const state = suppressionStates.find(name => name === single(query.state)) ?? 'active'
    const search = single(query.q).trim().slice(0, 320).replaceAll('\0', '')
    const address = bareAddressIn(search)
    const after: SuppressionPosition | undefined = suppressionCursor.safeParse(
      decodeCursor(single(query.cursor)),
    ).data
    // A text that is no address matches none.
    const isSearchable = search === '' || address !== undefined
    const page = isSearchable
      ? await suppressions.list({ state, address }, PAGE_SIZE, after)
      : { suppressions: [], next: null }
    const next =
      page.next &&
      `/suppressions?${new URLSearchParams({ state, q: search, cursor: encodeCursor(page.next) })}`
    return sendPage(
      reply,
      suppressionsPage(frame, {
        ...{ suppressions: page.suppressions, state, search, next },
        notice: noticeFor(suppressionNotices, query.did),
        readOnly: sessionOf(request).readOnly,
        now: Date.now(),
      }),
    )
  })

  server.post<Form>('/suppressions', async (request, reply) => {
    const address = bareAddressIn(single(request.body?.address))
    if (address === undefined) return goBack(reply, request.body, 'invalid')
    const note = single(request.body?.note).trim().slice(0, 500).replaceAll('\0', '').toWellFormed()
    await suppressions.add(address, { source: 'dashboard', reason: 'manual', note: note || null })
    return goBack(reply, request.body, 'suppressed')
  })

  server.post<Form>('/suppressions/lift', async (request, reply) => {
    const address = bareAddressIn(single(request.body?.address))
    const force = single(request.body?.force) === 'true'
    const lift =
      address !== undefined && (await suppressions.lift(address, { source: 'dashboard', force }))
    if (!lift || lift.kind === 'not_found') return sendErrorPage(reply, frame, 404)
    if (lift.kind === 'force_needed') return goBack(reply, request.body, 'complaint')
    return goBack(reply, request.body, `lifted-${lift.provider.state}`)
  })
}

/** To the page that the form was on. */
function goBack(reply: FastifyReply, body: Form['Body'], did: string): FastifyReply {
  const user = single(body?.user)
  return reply.redirect(`${isUuid(user) ? `/people/${user}` : '/suppressions'}?did=${did}`, 303)
}
