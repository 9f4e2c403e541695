import { linkInto } from '../core/render/app-links.ts'
import { cleanName, cleanText } from '../core/render/clean-text.ts'
import { defangLinks } from '../core/render/defang-links.ts'
import type { Digest, DigestItem } from '../core/render/digest.ts'
import type { Messages } from '../i18n/messages.ts'
import { kindOf, type NotificationKind } from './notification-kinds.ts'
import { createSubject } from './subject.ts'
import { createTimes } from './times.ts'

/**
 * A digest made ready to be read: every string clean, cut to its length, and free of links that a
 * stranger wrote. Both parts of an email are set from it, so they cannot disagree.
 */
export interface EmailContent {
  lang: string
  subject: string
  preheader: string
  appName: string
  /** An https URL, or null where the name stands for itself. */
  logoUrl: string | null
  greeting: { before: string; name: string; after: string }
  heading: string
  /** Null where it would say no more than the one item does. */
  intro: string | null
  items: EmailItem[]
  /** `and 7 more`, or null when the items are all there is. */
  more: string | null
  /** The one button: to the one item, or to where all of them are. */
  open: EmailLink
  why: string
  preferences: EmailLink
  unsubscribe: EmailLink
  /** Empty where the host gives none. */
  address: string
}

export interface EmailLink {
  label: string
  url: string
}

export interface EmailItem {
  id: string
  kind: NotificationKind
  /** Where the host shows it. */
  url: string
  title: string
  /** Empty when there is nothing to show. */
  message: string
  /** `Comment · 14 Nov, 09:12 UTC` */
  about: string
}

/** Graphemes. Five items of the longest kind stay far below the 80 KB of an email. */
const longest = {
  name: 40,
  appName: 60,
  title: 140,
  message: 280,
  preheader: 120,
  address: 300,
} as const
const shownItems = 5

type ContentWriter = (digest: Digest, now: Date) => EmailContent

/** A writer a language, made when it is first needed: Intl's formats cost more than an email. */
export function createContentWriters(): (words: Messages) => ContentWriter {
  const writers = new Map<string, ContentWriter>()
  return words => {
    const known = writers.get(words.locale)
    if (known) return known
    const writer = createContentWriter(words)
    writers.set(words.locale, writer)
    return writer
  }
}

/** `now` decides only whether a year is written. Throws when the digest is about nothing. */
function createContentWriter(words: Messages): ContentWriter {
  const times = createTimes(words.locale)
  const numbers = new Intl.NumberFormat(words.locale)
  const subjectOf = createSubject(words, numbers)

  const toItem = (item: DigestItem, digest: Digest, appName: string, now: Date): EmailItem => {
    const kind = kindOf(item.type)
    const time = words.utc(times.moment(item.createdAt, now))
    return {
      id: item.id,
      kind,
      url: linkInto(digest.appUrl, digest.links, item),
      title: defangLinks(cleanText(item.title, longest.title)) || words.untitled(appName),
      message: defangLinks(cleanText(item.message, longest.message)),
      about: kind.name === null ? time : `${words.labels[kind.name]} · ${time}`,
    }
  }

  return (digest, now) => {
    if (digest.items.length === 0) throw new Error('a digest without items cannot be rendered')
    const { appUrl, links, brand } = digest
    const appName = cleanText(digest.appName, longest.appName)
    const shown = digest.items.slice(0, shownItems)
    const items = shown.map(item => toItem(item, digest, appName, now))
    const total = Math.max(digest.total, digest.items.length)
    const count = numbers.format(total)
    const hidden = total - items.length
    const subject = subjectOf(digest, appName, total)
    const reminds = digest.emailType === 'outstanding_reminder'
    return {
      lang: words.lang,
      subject: subject.line,
      preheader: preheaderOf(items, subject.leadIndex, reminds && total > 1, words, appName),
      appName,
      logoUrl: brand.logoUrl?.startsWith('https://') ? brand.logoUrl : null,
      greeting: greet(cleanName(digest.recipientName, longest.name), words),
      heading: reminds ? words.reminder.heading : words.news.heading(total),
      intro: reminds
        ? words.reminder.intro(total, count, appName, times.day(digest.oldestAt, now))
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

/** One line, whether it was written in one or in several. */
function addressLine(address = ''): string {
  const lines = address.split(/\r?\n/).map(line => line.trim())
  return cleanText(lines.filter(line => line !== '').join(' · '), longest.address)
}

function greet(name: string, words: Messages): EmailContent['greeting'] {
  if (name === '') return { before: words.greetingNameless, name, after: '' }
  return { ...words.greeting, name }
}

/** What the inbox shows beside the subject: never the subject's own notification once more. */
function preheaderOf(
  items: EmailItem[],
  leadIndex: number,
  subjectNamesNone: boolean,
  words: Messages,
  appName: string,
): string {
  const others = items.filter((_, index) => subjectNamesNone || index !== leadIndex)
  const titles = others.map(item => item.title).join(' · ')
  const line =
    titles === '' ? items[leadIndex]?.message : subjectNamesNone ? titles : words.also(titles)
  return cleanText(line || words.preheader(appName), longest.preheader)
}
