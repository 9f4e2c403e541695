import { execFileSync } from 'node:child_process'
import { type AddressObject, simpleParser } from 'mailparser'
import { afterAll, describe, expect, test } from 'vitest'
import type { WireEmail } from '../../../src/core/claim/build-batch-request.ts'
import { composeMime } from '../../../src/emails/preview/mime.ts'
import { linksIn } from '../../support/client-links.ts'
import { findTool, requireTool } from '../../support/tools.ts'
import { type Figures, saveFigures } from './figures.ts'
import { allowedHosts, readAt, type SampleEmail, sampleEmails } from './sample-emails.ts'

const figures: Figures = {}
afterAll(() => saveFigures('message', figures))

describe.each(sampleEmails)('$name, parsed by a mail client', ({ name, email }) => {
  const parsed = composeMime(email, readAt).then(message => simpleParser(message))

  test('subject, names and both parts are unchanged', async () => {
    const mail = await parsed
    expect(mail.subject).toBe(email.subject)
    expect(mail.from?.text).toBe('"EPTSS" <hello@eptss.example.com>')
    expect((mail.to as AddressObject).text).toBe('recipient@example.com')
    expect(mail.text?.trimEnd()).toBe(email.text.trimEnd())
    expect(String(mail.html).trimEnd()).toBe(email.html)
    expect(mail.attachments).toEqual([])
  })

  test('it has the given headers and no others', async () => {
    const mail = await parsed
    const lines = mail.headerLines.map(({ line }) => line.replace(/\r?\n\s+/g, ' '))
    for (const [header, value] of Object.entries(email.headers)) {
      const same = (line: string) => line.toLowerCase() === `${header}: ${value}`.toLowerCase()
      expect(lines.filter(same), header).toHaveLength(1)
    }
    const own = ['from', 'to', 'subject', 'message-id', 'date', 'mime-version', 'content-type']
    const given = Object.keys(email.headers).map(header => header.toLowerCase())
    expect(mail.headerLines.map(({ key }) => key).sort()).toEqual([...own, ...given].sort())
  })

  test('links in the text lead only to the host and to Tidings', async () => {
    const hosts = linksIn(await parsed).map(link => link.host)
    expect(hosts.length).toBeGreaterThanOrEqual(2)
    expect(hosts.filter(host => !allowedHosts.includes(host))).toEqual([])
    figures[name] = { ...figures[name], 'links in the text': hosts.length }
  })
})

test('a client links domains that are not defanged', async () => {
  const [one] = sampleEmails as [SampleEmail]
  const email = { ...one.email, text: 'Sign in at evil.com or www.evil.net' }
  const mail = await simpleParser(await composeMime(email, readAt))
  expect(linksIn(mail).map(link => link.host)).toEqual(['evil.com', 'www.evil.net'])
})

/** Typical spam with the same sender and headers. */
const spam: WireEmail = {
  ...(sampleEmails[0] as SampleEmail).email,
  subject: 'Re: Your payment of $4,500,000.00 is ready!!! ACT NOW',
  text: 'Dear friend, I am the widow of a prince. Buy cheap viagra online! Click here: http://192.0.2.7/win',
  html: '<html><body><font color="#ffffff" size="7">VIAGRA CIALIS XANAX</font><a href="http://192.0.2.7/win"><img src="http://192.0.2.7/a.gif"></a> FREE!!! You have won a lottery of $4,500,000.00, dear beneficiary. Send your bank account details. 100% risk free, act now, no obligation.</body></html>',
}

test('SpamAssassin classifies no sample as spam', { timeout: 90_000 }, async context => {
  requireTool('spamassassin')(context)
  const scores = await scoreSpam([...sampleEmails, { name: 'spam', email: spam }])
  for (const { name } of sampleEmails) {
    const { score, rules } = scores.get(name) ?? { score: Number.NaN, rules: 'no score' }
    expect(score, `${name}: ${rules}`).toBeLessThan(0.5)
    figures[name] = { ...figures[name], SpamAssassin: score }
  }
  const control = scores.get('spam')?.score ?? 0
  expect(control).toBeGreaterThan(5)
  figures['a spammy control'] = { SpamAssassin: control }
})

interface SpamScore {
  score: number
  rules: string
}

/**
 * Returns scores by name, from one offline process without preferences, because it takes seconds to start.
 * Its output is unordered, so the recipient's address contains the name.
 */
async function scoreSpam(
  emails: { name: string; email: WireEmail }[],
): Promise<Map<string, SpamScore>> {
  const mbox = emails.map(async ({ name, email }) => {
    const message = await composeMime({ ...email, to: [`${name}@example.com`] }, readAt)
    const text = message
      .toString('utf8')
      .replaceAll('\r\n', '\n')
      .replace(/^(>*From )/gm, '>$1')
    return `From hello@eptss.example.com Sun Nov 15 08:00:00 2026\n${text}\n\n`
  })
  const args = ['--local', '--nocreate-prefs', '--prefspath=/dev/null', '--mbox']
  const output = execFileSync(findTool('spamassassin') ?? 'spamassassin', args, {
    input: (await Promise.all(mbox)).join(''),
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 50_000_000,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const scored = output.split(/^From .*$/m).slice(1)
  return new Map(
    scored.map(message => {
      const name = /^To: (\S+)@/m.exec(message)?.[1] ?? ''
      const status = /^X-Spam-Status: \w+, score=(-?[\d.]+)[\s\S]*?tests=([\s\S]*?)autolearn/m
      const [, score, rules = ''] = status.exec(message) ?? []
      return [name, { score: Number(score), rules: rules.replace(/\s+/g, '') }]
    }),
  )
}
