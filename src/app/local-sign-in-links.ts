import type { Config } from '../config/config.ts'
import { isLocalHost } from '../config/database-url.ts'
import { createSignInLinks, type SignInLinks } from '../http/dashboard/sign-in-links.ts'

/** Only in local mode: embedded database, local mailbox, and reachable only from this machine. */
export function localSignInLinks(config: Config): SignInLinks | undefined {
  const { production, databaseUrl, resend, host } = config
  const isLocal = !production && !databaseUrl && !resend && isLocalHost(host)
  return isLocal ? createSignInLinks() : undefined
}
