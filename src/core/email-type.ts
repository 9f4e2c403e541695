/** The values of the host's enum `notification_email_type`. */
export const emailTypes = ['new_notifications', 'outstanding_reminder'] as const
export type EmailType = (typeof emailTypes)[number]
