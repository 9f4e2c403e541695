import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { previewsOf } from '../app/previews.ts'
import type { WireEmail } from '../core/claim/build-batch-request.ts'
import type { EmailType } from '../core/email-type.ts'
import { cleanText } from '../core/render/clean-text.ts'
import { reasons } from '../core/scan/reasons.ts'
import { createRendererLoader } from '../emails/load-renderer.ts'
import type { SampleName } from '../emails/preview/samples.ts'
import { EXIT } from './exit.ts'
import { loadConfig } from './load-config.ts'
import { createOutput, say } from './output.ts'
import { requireUser } from './require-user.ts'
import { withDatabase } from './with-database.ts'

export interface PreviewOptions {
  /** An id, an address or a user name. */
  user?: string
  sample?: SampleName
  /** The file for the HTML, or for the whole message if its name ends in `.eml`. */
  out?: string
  json?: boolean
}

/** `preview TYPE`: shows an email without sending it. */
export async function preview(type: EmailType, options: PreviewOptions): Promise<number> {
  const { user, sample, out, json } = options
  const loadRenderer = createRendererLoader()
  const found = user
    ? await withDatabase(async (db, config) => {
        const userId = await requireUser(db, '--user', user)
        return previewsOf(config, loadRenderer, db).preview({ type, userId })
      })
    : await previewsOf(await loadConfig({ sends: false }), loadRenderer).preview({ type, sample })
  if ('notDue' in found) {
    const reason = reasons[found.notDue] ?? found.notDue
    say(`User ${user} is not due for a ${type} email: ${reason} (${found.notDue})`)
    return EXIT.failed
  }
  const output = createOutput()
  const { subject, html, text, headers } = found.email
  if (json) await output.printJson({ subject, html, text, headers })
  else await output.printText(asText(found.email))
  return out ? write(found.email, out, json ? say : output.print) : EXIT.ok
}

/** The headers and the plain text of an email. */
function asText({ from, reply_to, to, subject, headers, text }: WireEmail): string {
  const replyTo = reply_to && { 'Reply-To': reply_to }
  const shown = { From: from, ...replyTo, To: to.join(', '), Subject: subject, ...headers }
  // Users choose their addresses, which may hold terminal escapes.
  const lines = Object.entries(shown).map(([name, value]) => `${name}: ${cleanText(value, 1_000)}`)
  return `${lines.join('\n')}\n\n${text}`
}

async function write(
  email: WireEmail,
  out: string,
  report: (line: string) => void | Promise<void>,
): Promise<number> {
  const isMessage = /\.eml$/i.test(out)
  try {
    if (isMessage) {
      const { composeMime } = await import('../emails/preview/mime.ts')
      await writeFile(out, await composeMime(email, new Date()))
    } else {
      await writeFile(out, email.html)
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    say(`cannot write ${out}: ${error.message}`)
    return EXIT.failed
  }
  await report(`Wrote the ${isMessage ? 'message' : 'HTML'} to ${resolve(out)}`)
  return EXIT.ok
}
