/** Whether a person gets emails, and where that is written. */
export interface Setting {
  userId: string
  notificationEmailsEnabled: boolean
  /** `default`: the person has no row, which means enabled. */
  source: 'default' | 'user'
  /** Set while the address is never mailed, whatever the setting says. */
  suppressed: { reason: string; since: Date } | null
}

/** Both are null where there is no such user. */
export interface Settings {
  find(userId: string): Promise<Setting | null>
  /** Holds from the next claim on; what is under way is not called back. */
  change(userId: string, notificationEmailsEnabled: boolean): Promise<Setting | null>
}

/** Whom a page speaks to. */
export interface Recipient {
  address: string
  /** As the host stores it, in whatever form; null where it stores none. */
  locale: string | null
}

export interface RecipientStore {
  find(userId: string): Promise<Recipient | null>
}
