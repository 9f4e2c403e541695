// The provider of a benchmark: the service's local mailbox in a separate process.
import Fastify from 'fastify'
import type { Fault } from '../../src/local/mailbox/faults.ts'
import { compiled } from './compiled.ts'
import { answerTo } from './gauge.ts'
import type { Traffic } from './mailbox.ts'

const { createMailbox } = await compiled<typeof import('../../src/local/mailbox/mailbox.ts')>(
  'local/mailbox/mailbox.js',
)
const { mailboxRoutes } =
  await compiled<typeof import('../../src/local/mailbox/routes.ts')>('local/mailbox/routes.js')

const rateLimit = Number(process.env.REQUESTS_PER_SECOND ?? Number.POSITIVE_INFINITY)
const mailbox = createMailbox({ rateLimit, keep: 200 })
const server = Fastify()
const none = (): Traffic => ({ taken: [], refused: [], firstSeen: [], emails: 0 })
const seen = new Set<string>()
let traffic = none()
server.addHook('onResponse', async (request, reply) => {
  if (request.method !== 'POST') return
  const arrivedAt = Date.now() - reply.elapsedTime
  if (reply.statusCode === 429) traffic.refused.push(arrivedAt)
  else traffic.taken.push(arrivedAt)
  const key = String(request.headers['idempotency-key'])
  if (!seen.has(key)) traffic.firstSeen.push({ key, at: arrivedAt })
  seen.add(key)
})
mailbox.onAccepted(emails => {
  traffic.emails += emails.length
})
await server.register(mailboxRoutes(mailbox), { prefix: '/mailbox' })
const url = await server.listen({ host: '127.0.0.1', port: 0 })

answerTo('url', () => `${url}/mailbox/api`)
answerTo('traffic', () => {
  const counted = traffic
  traffic = none()
  return counted
})
answerTo('fault', (fault: Fault | null) => mailbox.setFault(fault))
