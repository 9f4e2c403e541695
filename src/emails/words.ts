import type { KnownType } from './notification-kinds.ts'

/** A sentence with a name in it, cut at the name, so that HTML can isolate its direction. */
export interface AroundName {
  before: string
  after: string
}

/** Every word of the emails. A second language is a second value of this type. */
export interface Words {
  lang: string
  /** For Intl: how dates and numbers are written, whatever the machine's locale is. */
  locale: string
  labels: Record<KnownType, string>
  greeting: AroundName
  greetingNameless: string
  /** `count` comes written out for the locale; `total` is there to choose the plural. */
  news: {
    subject(total: number, count: string, app: string, lead: string): string
    heading(total: number): string
    intro(total: number, count: string, app: string): string
  }
  reminder: {
    subject(total: number, count: string, app: string, lead: string): string
    heading: string
    intro(total: number, count: string, app: string, since: string): string
  }
  untitled(app: string): string
  preheader(app: string): string
  also(titles: string): string
  more(total: number, count: string): string
  open(app: string): string
  why(app: string): string
  unsubscribe: string
  utc(time: string): string
}

export const english: Words = {
  lang: 'en',
  locale: 'en-GB',
  labels: {
    mention_received: 'Mention',
    comment_reply_received: 'Reply',
    comment_received: 'Comment',
    admin_announcement: 'Announcement',
    round_covers_due: 'Covers due',
    round_voting_opened: 'Voting open',
    round_covering_begins: 'Covering begins',
    round_opened: 'Round open',
    comment_upvoted: 'Upvote',
    signup_confirmation: 'Signed up',
    submission_confirmation: 'Submitted',
    vote_confirmation: 'Voted',
    test_notification: 'Test',
  },
  greeting: { before: 'Hi ', after: ',' },
  greetingNameless: 'Hello,',
  news: {
    subject: (total, count, app, lead) => (total === 1 ? lead : `${count} new in ${app}: ${lead}`),
    heading: total => (total === 1 ? 'something new for you' : 'here’s what’s new'),
    intro: (total, count, app) =>
      total === 1
        ? `You have one new notification in ${app}.`
        : `You have ${count} new notifications in ${app}.`,
  },
  reminder: {
    subject: (total, count, app, lead) =>
      total === 1
        ? `Waiting for you in ${app}: ${lead}`
        : `${count} notifications are waiting in ${app}`,
    heading: 'whenever you have a moment',
    intro: (total, count, app, since) =>
      total === 1
        ? `One notification has been waiting for you in ${app} since ${since}.`
        : `${count} notifications have been waiting for you in ${app} since ${since}.`,
  },
  untitled: app => `Something new in ${app}`,
  preheader: app => `Read it all in ${app}.`,
  also: titles => `Also: ${titles}`,
  more: (_total, count) => `and ${count} more`,
  open: app => `Open ${app}`,
  why: app =>
    `You get this email because you have unread notifications in ${app} and emails about them are switched on.`,
  unsubscribe: 'Unsubscribe',
  utc: time => `${time} UTC`,
}
