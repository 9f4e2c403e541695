/** Notification types with a label. Other types are shown without one. */
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

/** A sentence split at a name, so that HTML can isolate the name's text direction. */
export interface AroundName {
  before: string
  after: string
}

/**
 * All texts that a recipient reads, in emails and on the recipient's pages. Each language has one file with
 * one value of this type.
 */
export interface Messages {
  lang: string
  /** Locale for the format of dates and numbers. */
  locale: string
  labels: Record<KnownType, string>
  greeting: AroundName
  greetingNameless: string
  /**
   * `total` selects singular or plural; `count` is the same number in the locale's format. A heading follows
   * a greeting and a comma, so it begins in lower case.
   */
  news: {
    /** `lead` is the title of the most important notification. */
    subject(total: number, count: string, app: string, lead: string): string
    /** The subject for one notification whose title is too short to stand alone. */
    inApp(app: string, lead: string): string
    heading(total: number): string
    /** Only for several notifications. */
    intro(total: number, count: string, app: string): string
  }
  reminder: {
    subject(total: number, count: string, app: string, lead: string): string
    heading: string
    /** `since` is the date of the oldest notification, with the year if it is not the current one. */
    intro(total: number, count: string, app: string, since: string | null): string
  }
  /** Replaces a title without visible characters. */
  untitled(app: string): string
  /** Shown next to the subject in the inbox if there is nothing better to show. */
  preheader(app: string): string
  also(titles: string): string
  /** How many notifications the email does not show. */
  more(total: number, count: string): string
  /** The button for several notifications. */
  open(app: string): string
  /** The button for a single notification. */
  openOne(app: string): string
  why(app: string): string
  preferences: string
  unsubscribe: string
  utc(time: string): string
  /** The recipient's pages. Days are whole numbers; dates are already formatted. */
  pages: {
    back(app: string): string
    wrongLink: { title: string; advice(app: string): string }
    tooMany: { title: string; advice: string }
    trouble: { title: string; advice: string }
    unsubscribe: { title(app: string): string; ask(app: string): string; confirm: string }
    unsubscribed: { title: string; told(app: string): string; undo: string }
    preferences: {
      title(app: string): string
      /** `held`: emails are on, but the address is suppressed. */
      state: Record<'on' | 'off' | 'held' | 'paused', { name: string; address: AroundName }>
      /** Shown once, after a change. */
      changed: Record<'on' | 'off' | 'held' | 'paused' | 'resumed', string>
      switchOn: string
      switchOff: string
      /** `until` is a date and time. */
      pause: {
        title: string
        offer: string
        paused(until: string): string
        /** The button for a pause of so many days. */
        lasting(days: number): string
        end: string
      }
      kinds: string
      why(app: string): string
      news: { name: string; when(app: string, maxAgeDays: number): string }
      reminder: { name: string; when(afterDays: number, cooldownDays: number): string }
    }
    /** Why an address gets no emails, whatever the setting says, and what to do. */
    suppressed: {
      title: string
      bounced(since: string): string
      complained(since: string): string
      refused(since: string): string
      advice(app: string): string
    }
  }
}
