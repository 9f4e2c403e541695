// The provider of a bench: the service's own mailbox, in a process of its own.
import Fastify from 'fastify'
import type { Fault } from '../../src/mailbox/faults.ts'
import { compiled } from './compiled.ts'
import { answerTo } from './gauge.ts'
import type { Traffic } from './mailbox.ts'

const { createMailbox } =
  await compiled<typeof import('../../src/mailbox/mailbox.ts')>('mailbox/mailbox.js')
const { mailboxRoutes } =
  await compiled<typeof import('../../src/mailbox/routes.ts')>('mailbox/routes.js')

const rateLimit = Number(process.env.REQUESTS_PER_SECOND ?? Number.POSITIVE_INFINITY)
const mailbox = createMailbox({ rateLimit, keep: 200 })
const server = Fastify()
let traffic: Traffic = { taken: [], refused: 0, emails: 0 }
const arrivals = new WeakMap<object, number>()
// When it has all of a request, which is when the limit counts it.
server.addHook('preHandler', async request => {
  arrivals.set(request, Date.now())
})
server.addHook('onResponse', async (request, reply) => {
  if (request.method !== 'POST') return
  if (reply.statusCode === 429) traffic.refused += 1
  else traffic.taken.push(arrivals.get(request) ?? 0)
})
mailbox.onAccepted(emails => {
  traffic.emails += emails.length
})
await server.register(mailboxRoutes(mailbox), { prefix: '/mailbox' })
const url = await server.listen({ host: '127.0.0.1', port: 0 })

answerTo('url', () => `${url}/mailbox/api`)
answerTo('traffic', () => {
  const told = traffic
  traffic = { taken: [], refused: 0, emails: 0 }
  return told
})
answerTo('fault', (fault: Fault | null) => mailbox.setFault(fault))
