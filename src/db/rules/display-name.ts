import { sql } from 'drizzle-orm'
import { hostText } from './host-text.ts'

/**
 * The name to show for `u` (users). Many hosts leave the display name empty until the user sets it.
 */
export const displayName = sql`coalesce(nullif(${hostText(sql`u.public_display_name`)}, ''), u.username)`
