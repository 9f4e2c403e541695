import { z } from 'zod'
import { emailTypes } from '../../core/email-type.ts'
import type { Explanation, TypeExplanation } from '../../core/explain/explanation.ts'
import { frequencies, type Preferences } from '../../core/recipients/preferences.ts'
import type { Setting } from '../../core/recipients/setting.ts'
import type { Verdict } from '../../core/scan/rules.ts'

/** Whether a user gets emails, as the API returns it. */
export const notificationSettings = z
  .object({
    userId: z.string(),
    notificationEmailsEnabled: z.boolean(),
    source: z.enum(['default', 'user']).describe('`default` while the user has no settings row'),
    suppressed: z
      .object({ reason: z.string(), since: z.date() })
      .nullable()
      .describe('Set while the address gets no emails, whatever the setting'),
  })
  .meta({ id: 'NotificationSettings' }) satisfies z.ZodType<Setting>

/** When and what a user wants to be emailed, as the API returns it. */
export const notificationPreferences = z
  .object({
    userId: z.string(),
    frequency: z.enum(frequencies),
    hour: z.number().nullable(),
    weekday: z.number().nullable().describe('1 (Monday) to 7'),
    timeZone: z.string().nullable(),
    quietHours: z.string().nullable().describe('As `21:00-08:00`'),
    weekdays: z.array(z.number()).nullable().describe('1 (Monday) to 7; null: all'),
    pausedUntil: z.date().nullable().describe('No email of either type before this time'),
    mutedTypes: z.array(z.string()),
    mutes: z.array(z.object({ key: z.string(), value: z.string(), until: z.date().nullable() })),
    source: z.enum(['default', 'user']).describe('`default` while the user prefers nothing else'),
  })
  .meta({ id: 'NotificationPreferences' }) satisfies z.ZodType<Preferences>

const typeExplanation = z
  .object({
    due: z.boolean(),
    verdict: (z.string() as z.ZodType<Verdict>).describe('`due`, or the reason why not'),
    rules: z.array(z.object({ rule: z.string(), holds: z.boolean(), text: z.string() })),
    notificationIds: z.array(z.string()).describe('What an email would cover'),
    possibleFrom: z.date().nullable().describe('When the email becomes due if only time passes'),
  })
  .meta({ id: 'TypeExplanation' }) satisfies z.ZodType<TypeExplanation>

/** The verdict on each type. */
export const verdicts = z
  .object({ new_notifications: typeExplanation, outstanding_reminder: typeExplanation })
  .meta({ id: 'Verdicts' })

export const explanation = z
  .object({
    userId: z.string(),
    name: z.string(),
    at: z.date(),
    types: verdicts,
    unrecorded: z
      .array(
        z.object({
          userId: z.string(),
          emailType: z.enum(emailTypes),
          at: z.date(),
          isAccepted: z.boolean(),
          error: z.string(),
        }),
      )
      .describe('Emails of the last week whose row could not be written'),
  })
  .meta({ id: 'Explanation' }) satisfies z.ZodType<Explanation>
