import type { PgColumn } from 'drizzle-orm/pg-core'
import { notificationEmailsSent, notifications, userPrivacySettings, users } from './schema.ts'

/** Columns that Tidings gives a value when it adds a row. */
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

/** Columns that Tidings changes in rows that are there. */
export const updated: PgColumn[] = [
  userPrivacySettings.notificationEmailsEnabled,
  userPrivacySettings.updatedAt,
  notificationEmailsSent.success,
  notificationEmailsSent.errorMessage,
]

/** Columns that must be there. The others of the contract are an EPTSS database's own. */
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

/** Columns that rows are found by: each wants a unique index of its own. */
export const keys: PgColumn[] = [
  users.userid,
  notifications.id,
  notificationEmailsSent.id,
  userPrivacySettings.userId,
]
