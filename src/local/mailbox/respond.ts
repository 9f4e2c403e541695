import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Answer } from './answers.ts'
import type { SimulatedResponse } from './apply-fault.ts'

export function sendAnswer(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body))
}

/** Breaks the connection, so that the client sees a reset and not an orderly end. */
export function breakOff(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack()
  request.raw.socket.resetAndDestroy()
}

/** Gives the client what the mailbox decided that it sees. */
export function respond(
  outcome: SimulatedResponse,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (outcome.kind === 'reset') {
    breakOff(request, reply)
    return reply
  }
  const { answer, damage } = outcome
  if (damage === undefined) return sendAnswer(reply, answer)
  const whole = JSON.stringify(answer.body)
  const half = whole.slice(0, Math.floor(whole.length / 2))
  if (damage === 'broken-json') {
    return reply.code(answer.status).headers(answer.headers).type('application/json').send(half)
  }
  reply.hijack()
  reply.raw.writeHead(answer.status, {
    ...answer.headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(whole),
  })
  // Only once the half is on its way: else the client would see no answer at all.
  reply.raw.write(half, () => request.raw.socket.destroy())
  return reply
}
