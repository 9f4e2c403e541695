import type { Answer } from './answers.ts'
import type { StoredEmail } from './stored-email.ts'

function orNull<T>(list: T[]): T[] | null {
  return list.length === 0 ? null : list
}

/** An email the way `GET /emails/:id` of Resend shows it. */
export function retrieved(email: StoredEmail): Answer {
  return {
    status: 200,
    headers: {},
    body: {
      object: 'email',
      id: email.id,
      message_id: `<${email.id}@mailbox.invalid>`,
      created_at: new Date(email.at).toISOString(),
      from: email.from,
      to: email.to,
      cc: orNull(email.cc),
      bcc: orNull(email.bcc),
      reply_to: orNull(email.replyTo),
      subject: email.subject,
      html: email.html,
      text: email.text,
      tags: email.tags,
      last_event: email.lastEvent,
      scheduled_at: email.scheduledAt,
    },
  }
}
