import { cleanName, cleanText } from '../core/render/clean-text.ts'
import { defangLinks } from '../core/render/defang-links.ts'
import type { Digest, DigestItem } from '../core/render/digest.ts'
import { kindOf, type NotificationKind } from './notification-kinds.ts'
import { createSubject } from './subject.ts'
import { createTimes } from './times.ts'
import type { Words } from './words.ts'

/**
 * A digest made ready to be read: every string clean, cut to its length, and free of links that a
 * stranger wrote. Both parts of an email are set from it, so they cannot disagree.
 */
export interface Letter {
  subject: string
  preheader: string
  greeting: { before: string; name: string; after: string }
  heading: string
  intro: string
  items: LetterItem[]
  /** `and 7 more`, or null when the items are all there is. */
  more: string | null
  open: string
  appName: string
  appUrl: string
  why: string
  unsubscribe: string
  unsubscribeUrl: string
}

export interface LetterItem {
  id: string
  kind: NotificationKind
  title: string
  /** Empty when there is nothing to show. */
  message: string
  /** `Comment · 14 Nov, 09:12 UTC` */
  about: string
}

/** Graphemes. Five items of the longest kind stay far below the 80 KB of an email. */
const longest = { name: 40, appName: 40, title: 140, message: 280, preheader: 120 } as const
const shownItems = 5

/** `now` decides only whether a year is written. Throws when the digest is about nothing. */
export function createLetterWriter(words: Words): (digest: Digest, now: Date) => Letter {
  const times = createTimes(words.locale)
  const numbers = new Intl.NumberFormat(words.locale)
  const subjectOf = createSubject(words, numbers)

  const toItem = (item: DigestItem, appName: string, now: Date): LetterItem => {
    const kind = kindOf(item.type)
    const time = words.utc(times.moment(item.createdAt, now))
    return {
      id: item.id,
      kind,
      title: defangLinks(cleanText(item.title, longest.title)) || words.untitled(appName),
      message: defangLinks(cleanText(item.message, longest.message)),
      about: kind.name === null ? time : `${words.labels[kind.name]} · ${time}`,
    }
  }

  return (digest, now) => {
    if (digest.items.length === 0) throw new Error('a digest without items cannot be rendered')
    const appName = cleanText(digest.appName, longest.appName)
    const items = digest.items.slice(0, shownItems).map(item => toItem(item, appName, now))
    const total = Math.max(digest.total, digest.items.length)
    const count = numbers.format(total)
    const since = times.day(digest.oldestAt, now)
    const hidden = total - items.length
    const subject = subjectOf(digest, appName, total)
    const reminds = digest.emailType === 'outstanding_reminder'
    return {
      subject: subject.line,
      preheader: preheaderOf(items, subject.leadIndex, reminds && total > 1, words, appName),
      greeting: greet(cleanName(digest.recipientName, longest.name), words),
      heading: reminds ? words.reminder.heading : words.news.heading(total),
      intro: reminds
        ? words.reminder.intro(total, count, appName, since)
        : words.news.intro(total, count, appName),
      items,
      more: hidden > 0 ? words.more(hidden, numbers.format(hidden)) : null,
      open: words.open(appName),
      appName,
      appUrl: digest.appUrl,
      why: words.why(appName),
      unsubscribe: words.unsubscribe,
      unsubscribeUrl: digest.unsubscribeUrl,
    }
  }
}

function greet(name: string, words: Words): Letter['greeting'] {
  if (name === '') return { before: words.greetingNameless, name, after: '' }
  return { ...words.greeting, name }
}

/** What the inbox shows beside the subject: never the subject's own notification once more. */
function preheaderOf(
  items: LetterItem[],
  leadIndex: number,
  subjectNamesNone: boolean,
  words: Words,
  appName: string,
): string {
  const others = items.filter((_, index) => subjectNamesNone || index !== leadIndex)
  const titles = others.map(item => item.title).join(' · ')
  const line =
    titles === '' ? items[leadIndex]?.message : subjectNamesNone ? titles : words.also(titles)
  return cleanText(line || words.preheader(appName), longest.preheader)
}
