import { sql } from 'drizzle-orm'

/** How `u` (users) is called: many hosts leave the display name empty until somebody sets it. */
export const displayName = sql`coalesce(nullif(u.public_display_name, ''), u.username)`
