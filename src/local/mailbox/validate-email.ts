import { addressIn } from '../../core/email-address.ts'
import { TidingsError } from '../../core/errors/tidings-error.ts'
import { type Answer, invalid, missingField, refusal } from './answers.ts'
import type { Email, Endpoint, Tag } from './stored-email.ts'

/** The first rule that an email violates, as Resend's answer. */
export class InvalidEmailError extends TidingsError {
  override readonly isRetryable = false
  readonly answer: Answer

  constructor(answer: Answer) {
    super((answer.body as { message: string }).message)
    this.answer = answer
  }
}

type Fields = Record<string, unknown>

const addressFormat = '`email@example.com` or `Name <email@example.com>` format.'

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Resend treats absent, null and empty values alike. */
function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function hasLineBreak(text: string): boolean {
  return /[\r\n]/.test(text)
}

function readAddresses(fields: Fields, field: string): string[] {
  const value = fields[field]
  if (isMissing(value)) return []
  const list = Array.isArray(value) ? value : [value]
  if (list.length > 50) {
    throw new InvalidEmailError(invalid(`Invalid \`${field}\` field. The maximum is 50 addresses.`))
  }
  for (const entry of list) {
    if (typeof entry === 'string' && addressIn(entry) !== undefined) continue
    throw new InvalidEmailError(
      invalid(`Invalid \`${field}\` field. The email address needs to follow the ${addressFormat}`),
    )
  }
  return list
}

function readText(fields: Fields, field: string): string | null {
  const value = fields[field]
  if (isMissing(value)) return null
  if (typeof value === 'string') return value
  throw new InvalidEmailError(invalid(`The \`${field}\` field must be a \`string\`.`))
}

function readHeaders(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {}
  if (!isRecord(value))
    throw new InvalidEmailError(invalid('The `headers` field must be an object.'))
  for (const [name, content] of Object.entries(value)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      throw new InvalidEmailError(invalid('Invalid `headers` field. A header has an invalid name.'))
    }
    if (typeof content !== 'string' || hasLineBreak(content)) {
      throw new InvalidEmailError(
        invalid(`Invalid \`headers\` field. \`${name}\` must be one line.`),
      )
    }
  }
  return value as Record<string, string>
}

function readTags(value: unknown): Tag[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value))
    throw new InvalidEmailError(invalid('The `tags` field must be an array.'))
  if (value.length > 75)
    throw new InvalidEmailError(invalid('The `tags` field takes at most 75 tags.'))
  return value.map(tag => {
    const { name, value: content } = isRecord(tag) ? tag : {}
    for (const part of [name, content]) {
      if (typeof part === 'string' && /^[A-Za-z0-9_-]{1,256}$/.test(part)) continue
      throw new InvalidEmailError(
        invalid('Tags should only contain ASCII letters, numbers, underscores, or dashes.'),
      )
    }
    return { name: name as string, value: content as string }
  })
}

function readAttachments(value: unknown): string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    throw new InvalidEmailError(invalid('The `attachments` field must be an array.'))
  }
  return value.map(attachment => {
    const { content, path, filename } = isRecord(attachment) ? attachment : {}
    if (typeof content === 'string' || typeof path === 'string') return String(filename ?? path)
    const message = 'Attachment must have either a `content` or `path`.'
    throw new InvalidEmailError(refusal(422, 'invalid_attachment', message))
  })
}

function refuseInBatch(fields: Fields): void {
  for (const field of ['attachments', 'scheduled_at']) {
    if (isMissing(fields[field])) continue
    throw new InvalidEmailError(invalid(`The \`${field}\` field is not supported in a batch.`))
  }
}

/**
 * Validates one email of a request. Like Resend, it ignores unknown fields such as `replyTo`.
 * @throws InvalidEmailError for the first rule that is violated
 */
export function readEmail(value: unknown, endpoint: Endpoint): Email {
  if (!isRecord(value)) throw new InvalidEmailError(invalid('The email must be an object.'))
  if (endpoint === 'emails/batch') refuseInBatch(value)
  const from = readText(value, 'from')
  if (from === null) throw new InvalidEmailError(missingField('from'))
  if (addressIn(from) === undefined) {
    throw new InvalidEmailError(
      invalid(`Invalid \`from\` field. The email address needs to follow the ${addressFormat}`),
    )
  }
  const to = readAddresses(value, 'to')
  if (to.length === 0) throw new InvalidEmailError(missingField('to'))
  const subject = readText(value, 'subject')
  if (subject === null) throw new InvalidEmailError(missingField('subject'))
  if (hasLineBreak(subject)) {
    throw new InvalidEmailError(invalid('The `\\n` is not allowed in the `subject` field.'))
  }
  const html = readText(value, 'html')
  const text = readText(value, 'text')
  if (html === null && text === null) {
    throw new InvalidEmailError(invalid('Missing `html` or `text` field.'))
  }
  return {
    from,
    to,
    cc: readAddresses(value, 'cc'),
    bcc: readAddresses(value, 'bcc'),
    replyTo: readAddresses(value, 'reply_to'),
    subject,
    html,
    text,
    headers: readHeaders(value.headers),
    tags: readTags(value.tags),
    attachments: readAttachments(value.attachments),
    scheduledAt: readText(value, 'scheduled_at'),
  }
}
