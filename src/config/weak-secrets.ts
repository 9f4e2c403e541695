const NAMES = ['API_TOKEN', 'CRON_SECRET', 'LINK_SECRET', 'READ_TOKEN'] as const
const LEAST_CHARACTERS = 32
/** Of the key that signs webhooks: half of what the provider gives out. */
const LEAST_KEY_BYTES = 16
/** Makes a good one. */
const COMMAND = 'openssl rand -hex 32'

/** What is wrong with the secrets of a service in production: too short, or one value for two things. */
export function weakSecrets(given: Record<string, string | undefined>): string[] {
  const faults: string[] = []
  const owners = new Map<string, string>()
  for (const name of NAMES) {
    const items = (given[name] ?? '')
      .split(',')
      .map(item => item.trim())
      .filter(Boolean)
    if (items.some(item => item.length < LEAST_CHARACTERS)) {
      const each = items.length > 1 ? 'must have items of' : 'must have'
      faults.push(`${name} ${each} ${LEAST_CHARACTERS} characters or more: ${COMMAND}`)
    }
    for (const item of new Set(items)) {
      const owner = owners.get(item)
      if (owner) faults.push(`${name} must not be the same as ${owner}: ${COMMAND}`)
      else owners.set(item, name)
    }
  }
  const key = /^whsec_(.+)$/.exec(given.RESEND_WEBHOOK_SECRET ?? '')?.[1]
  if (key && Buffer.from(key, 'base64').length < LEAST_KEY_BYTES) {
    faults.push(
      `RESEND_WEBHOOK_SECRET must hold a key of ${LEAST_KEY_BYTES} bytes or more, as the provider ` +
        `gives out: or echo "whsec_$(openssl rand -base64 32)"`,
    )
  }
  return faults
}
