import { sql } from 'drizzle-orm'
import type { Deployment } from '../../core/send/deployment.ts'
import type { Database } from '../client/connect.ts'
import { providerAccounts } from '../schema.ts'

/**
 * Remembers the first deployment that starts with a provider key, and each later key of the same
 * PUBLIC_URL. Another PUBLIC_URL changes nothing. Resolves to the key that this one replaces, or null.
 */
export async function rememberDeployment(
  db: Database,
  account: string,
  { publicUrl, keyFingerprint }: Deployment,
): Promise<string | null> {
  await db.insert(providerAccounts).values({ name: account }).onConflictDoNothing()
  const [replaced] = await db.execute<{ key: string | null }>(sql`
    with before as (
      select key_fingerprint from ${providerAccounts} where name = ${account} for update
    )
    update ${providerAccounts} a set public_url = ${publicUrl}, key_fingerprint = ${keyFingerprint}
    from before
    where a.name = ${account} and coalesce(a.public_url, ${publicUrl}) = ${publicUrl}
      and (a.public_url is null or a.key_fingerprint is distinct from ${keyFingerprint})
    returning before.key_fingerprint as key`)
  return replaced?.key ?? null
}
