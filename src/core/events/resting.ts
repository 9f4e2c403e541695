/** Transient bounces on this many different days (UTC), without a delivery between, begin a rest. */
export const BOUNCE_DAYS = 3

/** How long the first rest of an address lasts, in days. Each next one in a row is twice as long. */
export const FIRST_REST_DAYS = 14

export const LONGEST_REST_DAYS = 56
