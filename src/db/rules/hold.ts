import { sql } from 'drizzle-orm'

// The hold on the user of `pr` (preferences). It ends by itself; until then the user's notifications
// stay due. Of several, the one that ends last counts. Expressions, because a subquery for each user
// costs several percent of a scan.

/** Why emails are held now; null if they are not. */
export const holdReason = sql`case when pr.paused_until > now() then 'paused' end`

/** When the hold ends; null without one. */
export const holdUntil = sql`case when pr.paused_until > now() then pr.paused_until end`
