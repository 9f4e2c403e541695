const NAMES = ['API_TOKEN', 'CRON_SECRET', 'LINK_SECRET', 'READ_TOKEN'] as const
const MIN_CHARACTERS = 32
/** Minimum size of the webhooks' signing key: half of the provider's own keys. */
const MIN_KEY_BYTES = 16
/** Generates a strong secret. */
const COMMAND = 'openssl rand -hex 32'

/** Finds production secrets that are too short or used twice. */
export function weakSecrets(given: Record<string, string | undefined>): string[] {
  const faults: string[] = []
  const owners = new Map<string, string>()
  for (const name of NAMES) {
    const items = (given[name] ?? '')
      .split(',')
      .map(item => item.trim())
      .filter(Boolean)
    if (items.some(item => item.length < MIN_CHARACTERS)) {
      const each = items.length > 1 ? 'must have items of at least' : 'must have at least'
      faults.push(`${name} ${each} ${MIN_CHARACTERS} characters: ${COMMAND}`)
    }
    for (const item of new Set(items)) {
      const owner = owners.get(item)
      if (owner) faults.push(`${name} must not be the same as ${owner}: ${COMMAND}`)
      else owners.set(item, name)
    }
  }
  for (const [name, whose] of [
    ['RESEND_WEBHOOK_SECRET', "use the provider's, or "],
    ['EVENTS_SECRET', ''],
  ] as const) {
    const key = /^whsec_(.+)$/.exec(given[name] ?? '')?.[1]
    if (!key || Buffer.from(key, 'base64').length >= MIN_KEY_BYTES) continue
    faults.push(
      `${name} must contain a key of at least ${MIN_KEY_BYTES} bytes: ${whose}` +
        `generate one with echo "whsec_$(openssl rand -base64 32)"`,
    )
  }
  return faults
}
