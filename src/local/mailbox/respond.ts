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

/** Resets the connection, so that the client does not see an orderly end. */
export function resetConnection(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack()
  request.raw.socket.resetAndDestroy()
}

/** Sends the simulated response to the client. */
export function respond(
  outcome: SimulatedResponse,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (outcome.kind === 'reset') {
    resetConnection(request, reply)
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
  // Destroy the socket only after the write, or the client would see no answer at all.
  reply.raw.write(half, () => request.raw.socket.destroy())
  return reply
}
