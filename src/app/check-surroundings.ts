import type { Config } from '../config/config.ts'
import { describeGuards } from '../config/delivery-guards.ts'
import { secretsOf } from '../config/secrets-of.ts'
import { addressIn } from '../core/email-address.ts'
import { type Finding, ok, skippedChecks } from '../doctor/finding.ts'
import { checkGuards } from '../doctor/guards.ts'
import { lookUpSender } from '../doctor/look-up-sender.ts'
import { checkDomain, checkKey } from '../doctor/provider.ts'
import { checkPublicUrl, checkWebhook } from '../doctor/public-url.ts'
import { readPublicUrl } from '../doctor/read-public-url.ts'
import { type Check, type RunChecksOptions, runChecks } from '../doctor/run-checks.ts'
import { checkSchedule } from '../doctor/schedule.ts'
import {
  checkPostalAddress,
  checkReplies,
  checkReserved,
  checkSender,
  isReserved,
} from '../doctor/sender.ts'
import { readDomains } from '../resend/ask-domains.ts'

export interface SurroundingsChecksInput {
  config: Config
  /** Variables with an invalid value; the checks that need them are skipped. */
  wrong: Set<string>
  /** DNS servers to use instead of the machine's own. */
  dnsServers?: string[] | undefined
}

/** Runs the checks outside the database: the provider, DNS, our public URL and the schedule. */
export async function runSurroundingsChecks(
  surroundings: SurroundingsChecksInput,
  options: RunChecksOptions,
): Promise<Finding[]> {
  const checks = checksOf(surroundings)
  const { wrong } = surroundings
  const isBlocked = ({ needs }: ConfiguredCheck) => needs.some(name => wrong.has(name))
  const blocked = checks.filter(isBlocked)
  const findings = await runChecks(
    checks.filter(check => !isBlocked(check)),
    options,
  )
  const names = blocked.map(({ name }) => name)
  return [...findings, ...skippedChecks(names, 'because the configuration has errors')]
}

interface ConfiguredCheck extends Check {
  /** The environment variables that the check depends on. */
  needs: string[]
}

function checksOf({ config, wrong, dnsServers }: SurroundingsChecksInput): ConfiguredCheck[] {
  const { resend, production, schedule, scheduleTimeZone, emailFrom, publicUrl } = config
  const address = addressIn(emailFrom) ?? ''
  const domain = (address.split('@')[1] ?? '').toLowerCase()
  const isSenderKnown = !wrong.has('EMAIL_FROM')
  const isLive = production || resend !== undefined
  return [
    {
      name: 'guards',
      needs: ['DELIVER_ONLY', 'DELIVER_TO'],
      run: async () => checkGuards(describeGuards(config), production),
    },
    {
      name: 'provider key',
      needs: ['RESEND_API_KEY', 'RESEND_BASE_URL'],
      async run(signal) {
        const secrets = secretsOf(config)
        const reading = resend ? await readDomains({ ...resend, secrets }, domain, signal) : null
        const isResend = resend?.baseUrl === undefined
        const ofDomain = isSenderKnown ? checkDomain(reading, domain, isResend) : []
        return [...checkKey(reading), ...ofDomain]
      },
    },
    {
      name: 'sender',
      needs: ['EMAIL_FROM'],
      async run(signal) {
        if (!resend)
          return [ok('sender', `no DNS lookup of ${domain}: no email leaves this machine`)]
        if (isReserved(domain)) return checkReserved(domain)
        return checkSender(await lookUpSender(domain, { servers: dnsServers, signal }))
      },
    },
    {
      name: 'replies',
      needs: ['EMAIL_FROM', 'EMAIL_REPLY_TO'],
      run: async () => checkReplies(address, config.emailReplyTo),
    },
    {
      name: 'postal address',
      needs: ['RESEND_API_KEY', 'POSTAL_ADDRESS'],
      run: async () => checkPostalAddress(config.brand.postalAddress, resend !== undefined),
    },
    {
      name: 'public url',
      needs: ['PUBLIC_URL', 'PORT'],
      async run(signal) {
        const reading = await readPublicUrl(publicUrl, signal)
        const sender = isSenderKnown && resend ? domain : null
        return checkPublicUrl(publicUrl, reading, isLive, sender)
      },
    },
    {
      name: 'webhook',
      needs: ['PUBLIC_URL', 'PORT', 'RESEND_WEBHOOK_SECRET'],
      run: async () =>
        checkWebhook(config.resendWebhookSecret !== undefined, resend !== undefined, publicUrl),
    },
    {
      name: 'schedule',
      needs: ['SCHEDULE', 'SCHEDULE_TZ'],
      run: async () => checkSchedule(schedule, scheduleTimeZone, new Date()),
    },
  ]
}
