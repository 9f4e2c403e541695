/** The host types that have words of their own; others are shown without a label. */
export type KnownType =
  | 'mention_received'
  | 'comment_reply_received'
  | 'comment_received'
  | 'admin_announcement'
  | 'round_covers_due'
  | 'round_voting_opened'
  | 'round_covering_begins'
  | 'round_opened'
  | 'comment_upvoted'
  | 'signup_confirmation'
  | 'submission_confirmation'
  | 'vote_confirmation'
  | 'test_notification'

/** A sentence with a name in it, cut at the name, so that HTML can isolate its direction. */
export interface AroundName {
  before: string
  after: string
}

/**
 * Every word that a recipient reads, in emails and on their pages. A language is one file with one
 * value of this type.
 */
export interface Messages {
  lang: string
  /** For Intl: how dates and numbers are written, whatever the machine's locale is. */
  locale: string
  labels: Record<KnownType, string>
  greeting: AroundName
  greetingNameless: string
  /**
   * `total` chooses between singular and plural, `count` is the same written out for the locale.
   * Headings follow a greeting and a comma.
   */
  news: {
    /** `lead` is the title of the most important notification. */
    subject(total: number, count: string, app: string, lead: string): string
    heading(total: number): string
    /** Of several; a single one speaks for itself. */
    intro(total: number, count: string, app: string): string
  }
  reminder: {
    subject(total: number, count: string, app: string, lead: string): string
    heading: string
    /** `since` is the day of the oldest, with its year where that is not the present one. */
    intro(total: number, count: string, app: string, since: string): string
  }
  /** Instead of a title that cannot be shown. */
  untitled(app: string): string
  /** Beside the subject in the inbox, where there is nothing better to show. */
  preheader(app: string): string
  also(titles: string): string
  /** How many notifications the email does not show. */
  more(total: number, count: string): string
  /** The button to all of them. */
  open(app: string): string
  /** The button to a single one. */
  openOne(app: string): string
  why(app: string): string
  preferences: string
  unsubscribe: string
  utc(time: string): string
  /** The recipient's own pages. Days are whole numbers, dates come written out for the locale. */
  pages: {
    back(app: string): string
    wrongLink: { title: string; advice(app: string): string }
    tooMany: { title: string; advice: string }
    trouble: { title: string; advice: string }
    unsubscribe: { title(app: string): string; ask(app: string): string; confirm: string }
    unsubscribed: { title: string; told(app: string): string; undo: string }
    preferences: {
      title(app: string): string
      /** How things stand. `held`: switched on, but the address is suppressed. */
      state: Record<'on' | 'off' | 'held', { name: string; address: AroundName }>
      /** What is said once, after a change. */
      changed: Record<'on' | 'off' | 'held', string>
      switchOn: string
      switchOff: string
      kinds: string
      why(app: string): string
      news: { name: string; when(app: string, maxAgeDays: number): string }
      reminder: { name: string; when(afterDays: number, cooldownDays: number): string }
    }
    /** Why nothing is mailed to an address whatever the setting says, and what to do. */
    suppressed: {
      title: string
      bounced(since: string): string
      complained(since: string): string
      refused(since: string): string
      advice(app: string): string
    }
  }
}
