/** Whether a user gets emails. */
export interface Setting {
  userId: string
  notificationEmailsEnabled: boolean
  /** `default`: the user has no row, which means enabled. */
  source: 'default' | 'user'
  /** Set while the address gets no emails, whatever the setting says. */
  suppressed: { reason: string; since: Date } | null
}

/** What changed a setting: a link in an email, a person elsewhere, or a complaint. */
export type SettingSource = 'link' | 'api' | 'cli' | 'dashboard' | 'complaint'

/** Both return null if there is no such user. */
export interface Settings {
  find(userId: string): Promise<Setting | null>
  /** Takes effect with the next claim. Emails in flight are not recalled. */
  change(
    userId: string,
    notificationEmailsEnabled: boolean,
    by: SettingSource,
  ): Promise<Setting | null>
}

/** The recipient of an email, who opened one of its links. */
export interface Recipient {
  address: string
  /** As the host stores it, in any format; null if it stores none. */
  locale: string | null
}

export interface RecipientStore {
  find(userId: string): Promise<Recipient | null>
}
