import MailComposer from 'nodemailer/lib/mail-composer'
import type { WireEmail } from '../../core/claim/build-batch-request.ts'

/**
 * An email as a message of RFC 5322, as a provider makes it of the request: what a mail client opens
 * (`.eml`) and a spam filter reads. `date` and the message's id are the provider's to give; here the
 * same email and date make the same bytes.
 */
export function composeMime(email: WireEmail, date: Date): Promise<Buffer> {
  const { from, to, subject, text, html, headers } = email
  const domain = /@([^>\s]+)/.exec(from)?.[1] ?? 'localhost'
  return new MailComposer({
    from,
    to,
    subject,
    text,
    html,
    headers: Object.entries(headers).map(([key, value]) => ({
      key,
      // They are ASCII in one line already; the composer would encode the quotes of a List-Id.
      value: { prepared: true, foldLines: true, value },
    })),
    date,
    messageId: `<${headers['X-Entity-Ref-ID']}@${domain}>`,
    baseBoundary: headers['X-Entity-Ref-ID'] ?? 'tidings',
    textEncoding: 'quoted-printable',
    // An email holds what it was given, and never what a file or an address has.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build()
}
