import { Resend } from 'resend'
import { z } from 'zod'
import { createScrub } from '../core/errors/scrub-secrets.ts'
import { cleanText } from '../core/render/clean-text.ts'
import type { KeyReading } from '../doctor/provider.ts'
import { provesKey, type ResendOptions } from './provider.ts'

const domain = z.object({
  id: z.string().optional(),
  name: z.string(),
  status: z.string(),
  click_tracking: z.boolean().optional(),
  open_tracking: z.boolean().optional(),
})
const listed = z.object({ has_more: z.boolean().optional(), data: z.array(domain) })

/**
 * Checks our key by listing the account's domains. The list does not say whether tracking is on, so the
 * sender's domain is read, too. Sends no email.
 */
export async function readDomains(
  { apiKey, baseUrl, secrets }: ResendOptions,
  senderDomain: string,
  signal: AbortSignal,
): Promise<KeyReading> {
  const resend = new Resend(apiKey, { ...(baseUrl && { baseUrl }), userAgent: 'tidings' })
  const { data, error } = await resend
    .get<unknown>('/domains?limit=100', { signal })
    .catch((thrown: Error) => ({
      data: null,
      error: { name: 'unknown', message: thrown.message, statusCode: null },
    }))
  if (error) {
    const { statusCode: status, name } = error
    // The answer may contain anything, including our key.
    const scrub = createScrub([apiKey, ...(secrets ?? [])])
    const message = cleanText(scrub(String(error.message ?? '')), 200)
    if (provesKey({ data, error })) {
      return name === 'restricted_api_key'
        ? { kind: 'send-only' }
        : { kind: 'accepted', domains: null, more: false }
    }
    if (typeof status !== 'number') {
      return { kind: 'no_response', message: signal.aborted ? 'no answer in time' : message }
    }
    return { kind: 'refused', status, name: cleanText(scrub(String(name)), 60), message }
  }
  const parsed = listed.safeParse(data)
  if (!parsed.success) return { kind: 'accepted', domains: null, more: false }
  const own = parsed.data.data.find(({ name }) => name.toLowerCase() === senderDomain)
  const read = own?.id && (await readDomain(resend, own.id, signal))
  const domains = parsed.data.data.map(found => {
    const { name, status, click_tracking, open_tracking } = found === own && read ? read : found
    return {
      name: cleanText(name, 253),
      status: cleanText(status, 40),
      clickTracking: click_tracking,
      openTracking: open_tracking,
    }
  })
  return { kind: 'accepted', domains, more: parsed.data.has_more === true }
}

/** Undefined if the provider has no such call, or does not answer it: the list still counts. */
async function readDomain(resend: Resend, id: string, signal: AbortSignal) {
  const { data } = await resend
    .get<unknown>(`/domains/${encodeURIComponent(id)}`, { signal })
    .catch(() => ({ data: null }))
  return domain.safeParse(data).data
}
