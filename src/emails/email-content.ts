import { linkInto } from '../core/render/app-links.ts'
import { cleanName, cleanText } from '../core/render/clean-text.ts'
import { defangLinks } from '../core/render/defang-links.ts'
import type { Digest, DigestItem } from '../core/render/digest.ts'
import type { Messages } from '../i18n/messages.ts'
import { kindOf, type NotificationKind } from './notification-kinds.ts'
import { createSubject } from './subject.ts'

/**
 * The final texts of an email: cleaned, truncated and without links from untrusted text. The HTML part and
 * the text part are both rendered from it, so they always agree.
 */
export interface EmailContent {
  lang: string
  subject: string
  preheader: string
  appName: string
  /** An https URL; null: the name is shown instead. */
  logoUrl: string | null
  greeting: { before: string; name: string; after: string }
  heading: string
  /** Null if it would only repeat the single item. */
  intro: string | null
  items: EmailItem[]
  /** `and 7 more`; null if all items are shown. */
  more: string | null
  /** The button: to the single item, or to the page with all of them. */
  open: EmailLink
  why: string
  preferences: EmailLink
  unsubscribe: EmailLink
  /** Empty if the host has none. */
  address: string
}

export interface EmailLink {
  label: string
  url: string
}

export interface EmailItem {
  id: string
  kind: NotificationKind
  /** The host's page for it. */
  url: string
  title: string
  /** Empty if there is nothing to show. */
  message: string
  /** `Comment · 14 Nov, 09:12 UTC` */
  about: string
}

/** In graphemes. Five items of this length stay far below the 80 KB limit of an email. */
const maxLength = {
  name: 40,
  appName: 60,
  title: 140,
  message: 280,
  preheader: 120,
  address: 300,
} as const
const maxItems = 5

type ContentWriter = (digest: Digest, now: Date) => EmailContent

/** Creates one writer per language when it is first needed: Intl's formats cost more than an email. */
export function createContentWriters(): (words: Messages) => ContentWriter {
  const writers = new Map<string, ContentWriter>()
  return words => {
    let writer = writers.get(words.locale)
    if (!writer) {
      writer = createContentWriter(words)
      writers.set(words.locale, writer)
    }
    return writer
  }
}

/** `now` only determines whether dates include the year. Throws if the digest has no items. */
function createContentWriter(words: Messages): ContentWriter {
  const times = createTimes(words.locale)
  const numbers = new Intl.NumberFormat(words.locale)
  const subjectOf = createSubject(words, numbers)

  const toItem = (item: DigestItem, digest: Digest, appName: string, now: Date): EmailItem => {
    const kind = kindOf(item.type)
    const time = item.createdAt && words.utc(times.moment(item.createdAt, now))
    const name = kind.name && words.labels[kind.name]
    return {
      id: item.id,
      kind,
      url: linkInto(digest.appUrl, digest.links, item),
      title: defangLinks(cleanText(item.title, maxLength.title)) || words.untitled(appName),
      message: defangLinks(cleanText(item.message, maxLength.message)),
      about: [name, time].filter(Boolean).join(' · '),
    }
  }

  return (digest, now) => {
    if (digest.items.length === 0) throw new Error('a digest without items cannot be rendered')
    const { appUrl, links, brand } = digest
    const appName = cleanText(digest.appName, maxLength.appName)
    const shown = digest.items.slice(0, maxItems)
    const items = shown.map(item => toItem(item, digest, appName, now))
    const total = Math.max(digest.total, digest.items.length)
    const count = numbers.format(total)
    const hidden = total - items.length
    const subject = subjectOf(digest, appName, total)
    const isReminder = digest.emailType === 'outstanding_reminder'
    return {
      lang: words.lang,
      subject: subject.line,
      preheader: preheaderOf(items, subject.leadIndex, isReminder && total > 1, words, appName),
      appName,
      logoUrl: brand.logoUrl?.startsWith('https://') ? brand.logoUrl : null,
      greeting: greet(cleanName(digest.recipientName, maxLength.name), words),
      heading: isReminder ? words.reminder.heading : words.news.heading(total),
      intro: isReminder
        ? words.reminder.intro(
            total,
            count,
            appName,
            digest.oldestAt && times.day(digest.oldestAt, now),
          )
        : total === 1
          ? null
          : words.news.intro(total, count, appName),
      items,
      more: hidden > 0 ? words.more(hidden, numbers.format(hidden)) : null,
      open:
        total === 1 && items[0]
          ? { label: words.openOne(appName), url: items[0].url }
          : { label: words.open(appName), url: linkInto(appUrl, links) },
      why: words.why(appName),
      preferences: { label: words.preferences, url: digest.preferencesUrl },
      unsubscribe: { label: words.unsubscribe, url: digest.unsubscribeUrl },
      address: addressLine(brand.postalAddress),
    }
  }
}

/** Joins an address of several lines to one line. */
function addressLine(address = ''): string {
  const lines = address.split(/\r?\n/).map(line => line.trim())
  return cleanText(lines.filter(line => line !== '').join(' · '), maxLength.address)
}

function greet(name: string, words: Messages): EmailContent['greeting'] {
  if (name === '') return { before: words.greetingNameless, name, after: '' }
  return { ...words.greeting, name }
}

/** What the inbox shows next to the subject, without repeating the notification in the subject. */
function preheaderOf(
  items: EmailItem[],
  leadIndex: number,
  subjectHasNoTitle: boolean,
  words: Messages,
  appName: string,
): string {
  const others = items.filter((_, index) => subjectHasNoTitle || index !== leadIndex)
  const titles = others.map(item => item.title).join(' · ')
  const line =
    titles === '' ? items[leadIndex]?.message : subjectHasNoTitle ? titles : words.also(titles)
  return cleanText(line || words.preheader(appName), maxLength.preheader)
}

/** Formats absolute times in UTC, so that they are the same on every machine. */
interface Times {
  /** `14 Nov, 09:12`, with the year if it is not the year of `now`. */
  moment(at: Date, now: Date): string
  /** `3 March`, with the year if it is not the year of `now`. */
  day(at: Date, now: Date): string
}

/** @param locale a BCP 47 tag */
function createTimes(locale: string): Times {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const moment = format({ day: 'numeric', month: 'short', ...clock })
  const momentWithYear = format({ day: 'numeric', month: 'short', year: 'numeric', ...clock })
  const day = format({ day: 'numeric', month: 'long' })
  const dayWithYear = format({ day: 'numeric', month: 'long', year: 'numeric' })
  const sameYear = (at: Date, now: Date) => at.getUTCFullYear() === now.getUTCFullYear()
  return {
    moment: (at, now) => (sameYear(at, now) ? moment : momentWithYear).format(at),
    day: (at, now) => (sameYear(at, now) ? day : dayWithYear).format(at),
  }
}
