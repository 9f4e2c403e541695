import { sql } from 'drizzle-orm'

/** Resend keeps an idempotency key for 24 h; an hour less is safe against slow clocks and requests. */
export const REPLAY_HOURS = 23

/** For batches `b`: the provider still keeps the key. By the database's clock, like every rule. */
export const isKeyKept = () =>
  sql`b.frozen_at > now() - make_interval(hours => ${REPLAY_HOURS}::int)`
