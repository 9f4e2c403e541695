import { Resend } from 'resend'
import { z } from 'zod'
import type { SentEmailSearch } from '../core/maintenance/reconcile-unknown.ts'
import type { ResendOptions } from './provider.ts'

const PAGE = 100

const listed = z.array(
  z.object({ id: z.string(), to: z.array(z.string()), created_at: z.coerce.date() }),
)
const tags = z.array(z.object({ name: z.string(), value: z.string() }))

/** Searches Resend's sent emails. A sending-only key is refused, so it finds nothing. */
export function createSentEmailSearch({ apiKey, baseUrl }: ResendOptions): SentEmailSearch {
  const resend = new Resend(apiKey, { ...(baseUrl && { baseUrl }), userAgent: 'tidings' })
  return {
    async list(after, signal) {
      const page = { limit: PAGE, ...(after && { after }) }
      const { data } = await resend.emails.list(page, { signal })
      const parsed = listed.safeParse(data?.data)
      if (!parsed.success) return null
      return parsed.data.map(({ id, to, created_at: createdAt }) => ({ id, to, createdAt }))
    },
    async readTags(providerId, signal) {
      const { data } = await resend.emails.get(providerId, { signal })
      const parsed = tags.safeParse(data?.tags)
      return parsed.success
        ? Object.fromEntries(parsed.data.map(({ name, value }) => [name, value]))
        : null
    },
  }
}
