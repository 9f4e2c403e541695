/** Why somebody is not mailed, as people say it; a reason that is not here stands for itself. */
export const reasons: Record<string, string> = {
  unknown_user: 'no such user',
  opted_out: 'switched emails off',
  invalid_address: 'address cannot be mailed',
  not_allowed: 'not on DELIVER_ONLY',
  suppressed: 'address bounced or complained',
  in_flight: 'an email is under way',
  nothing_new: 'nothing new since the last email',
  new_notifications_due: 'gets the new-notifications email instead',
  nothing_outstanding: 'nothing unread for long enough',
  cooldown: 'mailed in the last few days',
  mailed_in_run: 'mailed in this run already',
}
