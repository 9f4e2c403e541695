import MailComposer from 'nodemailer/lib/mail-composer'
import type { WireEmail } from '../../core/claim/build-batch-request.ts'

/**
 * Composes an RFC 5322 message (`.eml`) as the provider would. Unlike a provider's, the date and message id
 * are given, so the same arguments yield the same bytes.
 */
export function composeMime(email: WireEmail, date: Date): Promise<Buffer> {
  const { from, reply_to: replyTo, to, subject, text, html, headers } = email
  const domain = /@([^>\s]+)/.exec(from)?.[1] ?? 'localhost'
  return new MailComposer({
    from,
    ...(replyTo && { replyTo }),
    to,
    subject,
    text,
    html,
    headers: Object.entries(headers).map(([key, value]) => ({
      key,
      // Already one line of ASCII; otherwise the composer would encode the quotes of a List-Id.
      value: { prepared: true, foldLines: true, value },
    })),
    date,
    messageId: `<${headers['X-Entity-Ref-ID']}@${domain}>`,
    baseBoundary: headers['X-Entity-Ref-ID'] ?? 'tidings',
    textEncoding: 'quoted-printable',
    // Never include content from files or URLs.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build()
}
