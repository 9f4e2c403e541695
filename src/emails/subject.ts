import { cleanText } from '../core/render/clean-text.ts'
import type { Digest, DigestItem } from '../core/render/digest.ts'
import type { Messages } from '../i18n/messages.ts'
import { kindOf } from './notification-kinds.ts'

export interface Subject {
  /** One line of at most 120 UTF-16 units, no grapheme cut, no control, so neither CR nor LF. */
  line: string
  /** Which of the items the line is about. */
  leadIndex: number
}

const longest = 120

/** Marks of a reply or a forward in the languages of the large mail clients. */
const replyMarks =
  /^(?:\s*(?:re|fwd?|aw|wg|sv|vs|antw|rif|enc|odp|回复|回覆|答复|转发|轉寄)\s*(?:\[\d+\])?\s*[:：])+\s*/iu

/** Nobody wrote to this person: a title that begins with `Re:` would claim that they had. */
export function createSubject(
  words: Messages,
  numbers: Intl.NumberFormat,
): (digest: Digest, appName: string, total: number) => Subject {
  return (digest, appName, total) => {
    const leadIndex = mostImportant(digest.items)
    const title = cleanText(digest.items[leadIndex]?.title ?? '', longest)
    const lead = title.replace(replyMarks, '') || words.untitled(appName)
    const { subject } = digest.emailType === 'outstanding_reminder' ? words.reminder : words.news
    const line = subject(total, numbers.format(total), appName, lead)
    return { line: cleanText(line, longest, longest), leadIndex }
  }
}

/** The newest of the lowest rank; items come newest first. */
function mostImportant(items: DigestItem[]): number {
  let best = 0
  items.forEach((item, index) => {
    if (kindOf(item.type).rank < kindOf(items[best]?.type ?? '').rank) best = index
  })
  return best
}
