import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { userPrivacySettings } from '../../src/db/schema.ts'
import { type LinkPurpose, signLink } from '../../src/http/recipient/link-token.ts'
import { type Call, call, type Reply } from './client.ts'
import { type Service, startService } from './service.ts'

const SECRET = 'test-link-secret'
export const HTML = 'text/html; charset=utf-8'

/** Starts a service that only serves HTTP, with a name that needs escaping. */
export const startPages = (env: Record<string, string> = {}) =>
  startService({ env: { ROLE: 'api', APP_NAME: 'Covers & <Friends>', ...env } })

export const linkTo = (purpose: LinkPurpose, userId: string, secret = SECRET) =>
  `/${purpose}/${signLink([secret], purpose, userId)}`

/** Opens a page as a recipient does: without a bearer token; redirects are not followed. */
export const open = (service: Service, path: string, request: Call = {}): Promise<Reply> =>
  call(service, path, { token: null, ...request })

/** Posts a form as a browser does. */
export const submit = (service: Service, path: string, fields: Record<string, string>) =>
  open(service, path, { body: new URLSearchParams(fields) })

export async function readRow({ db }: Service, userId: string) {
  const [row] = await db
    .select()
    .from(userPrivacySettings)
    .where(eq(userPrivacySettings.userId, userId))
  return row
}

/** Invalid tokens for this purpose, each for a different reason. */
export function wrongTokens(purpose: LinkPurpose, userId: string): string[] {
  const token = signLink([SECRET], purpose, userId)
  const [id = '', signature = ''] = token.split('.')
  const [otherId] = signLink([SECRET], purpose, randomUUID()).split('.')
  const swapped = (at: number, character: string) =>
    token.slice(0, at) + character + token.slice(at + 1)
  return [
    'x',
    userId,
    token.slice(0, -1),
    `${token}A`,
    `${token}${'A'.repeat(200)}`,
    `${token}%00`,
    `${token}/more`,
    // One character of each class, in both parts.
    ...['A', 'z', '7', '-', '_', '=', '.', '%20', 'é']
      .flatMap(character => [swapped(5, character), swapped(40, character)])
      .filter(tampered => tampered !== token),
    `${otherId}.${signature}`,
    `${id}.${'A'.repeat(43)}`,
    signLink(['another secret'], purpose, userId),
    signLink([SECRET], purpose === 'unsubscribe' ? 'preferences' : 'unsubscribe', userId),
  ]
}
