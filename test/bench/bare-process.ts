// The baseline of the delivery benchmark: a loop of `resend.batch.send` with prepared bodies.
import { randomUUID } from 'node:crypto'
import { type CreateBatchOptions, Resend } from 'resend'
import { answerTo } from './gauge.ts'

export interface BareWork {
  baseUrl: string
  requests: number
  /** The number of concurrent requests. */
  inFlight: number
}

let bodies: CreateBatchOptions[] = []
answerTo('bodies', (given: CreateBatchOptions[]) => {
  bodies = given
})
answerTo('send', async ({ baseUrl, requests, inFlight }: BareWork) => {
  const resend = new Resend('re_bench', { baseUrl })
  let sent = 0
  const loop = async () => {
    while (sent < requests) {
      const body = bodies[sent % bodies.length] ?? []
      sent += 1
      const { error } = await resend.batch.send(body, { idempotencyKey: randomUUID() })
      if (error) throw new Error(error.message)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop))
})
process.channel?.ref()
