import type { Config } from '../config/config.ts'
import { isLocalHost } from '../config/database-url.ts'
import { createSignInLinks, type SignInLinks } from '../http/dashboard/sign-in-links.ts'

/** Only for what runs on one machine alone: its own database, its own mailbox, and nobody else gets to it. */
export function localSignInLinks(config: Config): SignInLinks | undefined {
  const { production, databaseUrl, resend, host } = config
  const isLocal = !production && !databaseUrl && !resend && isLocalHost(host)
  return isLocal ? createSignInLinks() : undefined
}
