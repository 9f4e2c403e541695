/** `2026-11-28 14:53`, in UTC. */
export function utcMinute(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ')
}
