import type { Verdict } from './rules.ts'

/** Why a user gets no email, in plain words. A reason without an entry is shown as it is. */
export const reasons: Record<string, string> = {
  unknown_user: 'no such user',
  unreadable: 'the database cannot read the data',
  opted_out: 'switched emails off',
  invalid_address: 'invalid address',
  not_allowed: 'not on DELIVER_ONLY',
  suppressed: 'address suppressed',
  refused_address: 'address refused by the provider',
  resting: 'address rests after transient bounces',
  in_flight: 'an email is in flight',
  paused: 'paused emails for a while',
  nothing_new: 'nothing new since the last email',
  new_notifications_due: 'gets the new-notifications email instead',
  nothing_outstanding: 'nothing unread for long enough',
  cooldown: 'got an email in the last few days',
  mailed_in_run: 'got an email in this run already',
} satisfies Record<Exclude<Verdict, 'due'> | 'mailed_in_run', string>
