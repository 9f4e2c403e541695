/** How many of the last answers count. */
const REMEMBERED = 32
/** An answer that took so much longer than the fastest speaks of a clock that was set. */
const MOST_DELAY_MS = 250

/**
 * The database's clock at this moment, in milliseconds since the epoch, from what it told in an answer
 * that has just come. An answer that waited for this process to be free is as old as that, by more than
 * requests may come apart; the fastest of the last ones tells how the two clocks stand.
 *
 * @param now this process's clock, in milliseconds; one that is never set
 */
export function createDatabaseTime(now = () => performance.now()): (told: number) => number {
  const ahead: number[] = []
  return told => {
    const arrived = now()
    // What the fastest answer shows is the largest: any delay makes the database seem further behind.
    ahead.push(told - arrived)
    if (ahead.length > REMEMBERED) ahead.shift()
    const largest = Math.max(...ahead)
    if (largest - (told - arrived) <= MOST_DELAY_MS) return arrived + largest
    ahead.splice(0, ahead.length - 1)
    return told
  }
}
