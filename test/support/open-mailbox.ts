import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { Resend } from 'resend'
import { onTestFinished } from 'vitest'
import {
  createMailbox,
  type Mailbox,
  type MailboxOptions,
} from '../../src/local/mailbox/mailbox.ts'
import { mailboxRoutes } from '../../src/local/mailbox/routes.ts'

export interface OpenMailbox {
  mailbox: Mailbox
  /** http://127.0.0.1:PORT/mailbox */
  url: string
  /** The provider's SDK with the mailbox as its base URL. */
  resend: Resend
  resendWith(key: string): Resend
  /** Sends a request that the SDK would not send. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  close(): Promise<unknown>
}

interface Options extends MailboxOptions {
  faultRoutes?: boolean
}

/** Opens a mailbox on its own port, closed when the test ends; by default without a rate limit. */
export async function openMailbox(options: Options = {}): Promise<OpenMailbox> {
  const mailbox = createMailbox({ rateLimit: Number.POSITIVE_INFINITY, ...options })
  const app = Fastify()
  await app.register(mailboxRoutes(mailbox, options.faultRoutes ? { faults: {} } : {}), {
    prefix: '/mailbox',
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await app.close()
  })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/mailbox`
  const resendWith = (key: string) => new Resend(key, { baseUrl: `${url}/api` })
  return {
    mailbox,
    url,
    resend: resendWith('re_test'),
    resendWith,
    post: (path, body, headers = {}) =>
      fetch(`${url}/api${path}`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer re_test',
          'content-type': 'application/json',
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: () => app.close(),
  }
}

export const email = {
  from: 'Tidings <hello@tidings.test>',
  to: 'ada@host.test',
  subject: 'News for you',
  html: '<p>Hello Ada</p>',
  text: 'Hello Ada\nThere is news.',
}

/** Creates this many emails with different recipients. */
export function emails(count: number): (typeof email)[] {
  return Array.from({ length: count }, (_, index) => ({ ...email, to: `user${index}@host.test` }))
}
