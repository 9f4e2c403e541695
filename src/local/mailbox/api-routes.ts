import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { internalError, invalid, notFound } from './answers.ts'
import { readFaults } from './fault-schema.ts'
import type { Mailbox } from './mailbox.ts'
import { resetConnection, respond, sendAnswer } from './respond.ts'
import { listed, retrieved } from './retrieved.ts'
import type { Endpoint } from './stored-email.ts'

const bodyLimit = 40 * 1024 * 1024

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}

/** Resend's API: both calls that send, and reading an email, the list of emails, and the domains. */
export function apiRoutes(app: FastifyInstance, mailbox: Mailbox): void {
  const closing = new AbortController()
  // Otherwise closing the server would wait for requests that a fault holds.
  app.addHook('preClose', done => {
    closing.abort()
    done()
  })

  app.removeAllContentTypeParsers()
  // Keep the bytes, because an idempotency key is bound to the exact body.
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit },
    (_request, body, done) => done(null, body),
  )

  app.setNotFoundHandler((_request, reply) => sendAnswer(reply, notFound()))
  app.setErrorHandler<{ statusCode?: number; message: string }>((error, _request, reply) => {
    const status = error.statusCode ?? 500
    const answer =
      status >= 500 ? internalError() : invalid(error.message, status === 415 ? 400 : status)
    return sendAnswer(reply, { ...answer, headers: mailbox.limits() })
  })

  for (const endpoint of ['emails', 'emails/batch'] as Endpoint[]) {
    app.post(`/${endpoint}`, {
      bodyLimit,
      onRequest: async (request, reply) => {
        const refused = mailbox.arrive({ endpoint, key: header(request, 'idempotency-key') })
        if (refused) resetConnection(request, reply)
      },
      handler: async (request, reply) => {
        const outcome = await mailbox.send({
          endpoint,
          authorization: header(request, 'authorization'),
          key: header(request, 'idempotency-key'),
          validation: header(request, 'x-batch-validation'),
          body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
          gone: goneSignal(reply),
          closing: closing.signal,
          waitedMs: reply.elapsedTime,
        })
        return respond(outcome, request, reply)
      },
    })
  }

  for (const path of ['/domains', '/domains/:id']) {
    app.get<{ Params: { id?: string } }>(path, async (request, reply) => {
      const { id } = request.params
      const outcome = await mailbox.domains({
        authorization: header(request, 'authorization'),
        ...(id !== undefined && { id }),
        gone: goneSignal(reply),
        closing: closing.signal,
      })
      return respond(outcome, request, reply)
    })
  }

  app.get<{ Querystring: { limit?: string; after?: string } }>(
    '/emails',
    async (request, reply) => {
      const { refused, headers } = mailbox.read(header(request, 'authorization'))
      const { limit = '20', after } = request.query
      const isValid = /^([1-9]\d?|100)$/.test(limit)
      const page = isValid
        ? listed(mailbox.emails(), { limit: Number(limit), after })
        : invalid('The `limit` must be a number between 1 and 100.')
      const answer = refused ?? page
      return sendAnswer(reply, { ...answer, headers: { ...headers, ...answer.headers } })
    },
  )

  app.get<{ Params: { id: string } }>('/emails/:id', async (request, reply) => {
    const { refused, headers } = mailbox.read(header(request, 'authorization'))
    const email = mailbox.find(request.params.id)
    const answer = refused ?? (email ? retrieved(email) : notFound('Email not found'))
    return sendAnswer(reply, { ...answer, headers: { ...headers, ...answer.headers } })
  })
}

/** Lets tests and `tidings mailbox fault` set faults and read counters. Never in production. */
export function faultRoutes(app: FastifyInstance, mailbox: Mailbox): void {
  app.put('/faults', async (request, reply) => {
    const faults = readFaults(String(request.body))
    if (faults === undefined) return sendAnswer(reply, invalid('Invalid faults.'))
    mailbox.setFaults(faults)
    return mailbox.stats()
  })
  app.get('/stats', async () => mailbox.stats())
}
