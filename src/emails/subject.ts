import { cleanText } from '../core/render/clean-text.ts'
import type { Digest, DigestItem } from '../core/render/digest.ts'
import type { Messages } from '../i18n/messages.ts'
import { kindOf } from './notification-kinds.ts'

export interface Subject {
  /** One line of at most 120 UTF-16 units without control characters, so without CR and LF. */
  line: string
  /** Index of the item that the line is about. */
  leadIndex: number
}

const maxLength = 120

/** In letters and digits. `Hi` alone looks like spam, and `Round 7 opens` does not say where. */
const tellingLength = 12

/** Prefixes of replies and forwarded emails in the languages of large mail clients. */
const replyMarks =
  /^(?:\s*(?:re|fwd?|aw|wg|sv|vs|antw|rif|enc|odp|回复|回覆|答复|转发|轉寄)\s*(?:\[\d+\])?\s*[:：])+\s*/iu

/** Removes `Re:` and similar prefixes, because the email is not a reply. */
export function createSubject(
  words: Messages,
  numbers: Intl.NumberFormat,
): (digest: Digest, appName: string, total: number) => Subject {
  return (digest, appName, total) => {
    const leadIndex = mostImportant(digest.items)
    const title = cleanText(digest.items[leadIndex]?.title ?? '', maxLength)
    const lead = title.replace(replyMarks, '') || words.untitled(appName)
    const isReminder = digest.emailType === 'outstanding_reminder'
    const { subject } = isReminder ? words.reminder : words.news
    const line =
      total === 1 && !isReminder && saysLittle(lead)
        ? words.news.inApp(appName, lead)
        : subject(total, numbers.format(total), appName, lead)
    return { line: cleanText(line, maxLength, maxLength), leadIndex }
  }
}

function saysLittle(title: string): boolean {
  return title.replace(/[^\p{L}\p{N}]+/gu, '').length < tellingLength
}

/** The index of the newest item with the lowest rank; items are sorted newest first. */
function mostImportant(items: DigestItem[]): number {
  let best = 0
  items.forEach((item, index) => {
    if (kindOf(item.type).rank < kindOf(items[best]?.type ?? '').rank) best = index
  })
  return best
}
