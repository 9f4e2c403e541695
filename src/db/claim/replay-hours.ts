/** Resend keeps an idempotency key for 24 h; an hour less is safe against slow clocks and requests. */
export const REPLAY_HOURS = 23
