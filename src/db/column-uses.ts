import type { PgColumn } from 'drizzle-orm/pg-core'
import { notificationEmailsSent, notifications, userPrivacySettings, users } from './schema.ts'

/** Columns that Tidings sets when it inserts a row. */
export const inserted: PgColumn[] = [
  userPrivacySettings.id,
  userPrivacySettings.userId,
  userPrivacySettings.notificationEmailsEnabled,
  userPrivacySettings.createdAt,
  userPrivacySettings.updatedAt,
  notificationEmailsSent.id,
  notificationEmailsSent.userId,
  notificationEmailsSent.emailType,
  notificationEmailsSent.sentAt,
  notificationEmailsSent.notificationIds,
  notificationEmailsSent.success,
  notificationEmailsSent.errorMessage,
]

/** Columns that Tidings changes in existing rows. */
export const updated: PgColumn[] = [
  userPrivacySettings.notificationEmailsEnabled,
  userPrivacySettings.updatedAt,
  notificationEmailsSent.success,
  notificationEmailsSent.errorMessage,
]

/** Columns that must exist. The contract's other columns exist only in an EPTSS database. */
export const used: PgColumn[] = [
  ...inserted,
  users.userid,
  users.email,
  users.username,
  users.publicDisplayName,
  users.createdAt,
  notifications.id,
  notifications.userId,
  notifications.type,
  notifications.title,
  notifications.message,
  notifications.metadata,
  notifications.isRead,
  notifications.isDeleted,
  notifications.createdAt,
]

/** Columns that rows are found by; each needs a unique index of its own. */
export const keys: PgColumn[] = [
  users.userid,
  notifications.id,
  notificationEmailsSent.id,
  userPrivacySettings.userId,
]
