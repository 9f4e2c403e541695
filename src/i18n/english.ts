import type { Messages } from './messages.ts'

export const english: Messages = {
  lang: 'en',
  locale: 'en-GB',
  labels: {
    mention_received: 'Mention',
    comment_reply_received: 'Reply',
    comment_received: 'Comment',
    admin_announcement: 'Announcement',
    round_covers_due: 'Covers due',
    round_voting_opened: 'Voting open',
    round_covering_begins: 'Covering begins',
    round_opened: 'Round open',
    comment_upvoted: 'Upvote',
    signup_confirmation: 'Signed up',
    submission_confirmation: 'Submitted',
    vote_confirmation: 'Voted',
    test_notification: 'Test',
  },
  greeting: { before: 'Hi ', after: ',' },
  greetingNameless: 'Hello,',
  news: {
    subject: (total, count, app, lead) => (total === 1 ? lead : `${count} new in ${app}: ${lead}`),
    inApp: (app, lead) => `New in ${app}: ${lead}`,
    heading: total => (total === 1 ? 'something new for you' : 'here’s what’s new'),
    intro: (_total, count, app) => `You have ${count} new notifications in ${app}.`,
  },
  reminder: {
    subject: (total, count, app, lead) =>
      total === 1
        ? `Waiting for you in ${app}: ${lead}`
        : `${count} notifications are waiting in ${app}`,
    heading: 'a quick reminder:',
    intro: (total, count, app, since) =>
      total === 1
        ? `One notification has been waiting for you in ${app}${since ? ` since ${since}` : ''}.`
        : `${count} notifications are waiting for you in ${app}${since ? `, the oldest since ${since}` : ''}.`,
  },
  untitled: app => `Something new in ${app}`,
  preheader: app => `Read it all in ${app}.`,
  also: titles => `Also: ${titles}`,
  more: (_total, count) => `and ${count} more`,
  open: app => `Open ${app}`,
  openOne: app => `See it in ${app}`,
  why: app =>
    `You're receiving this because you have unread notifications in ${app} and email notifications are on.`,
  preferences: 'Email preferences',
  unsubscribe: 'Unsubscribe',
  utc: time => `${time} UTC`,
  pages: {
    back: app => `Back to ${app}`,
    wrongLink: {
      title: 'This link does not work',
      advice: app =>
        `It may be incomplete or too old. Use the link in a newer email, or the settings in ${app}.`,
    },
    tooMany: {
      title: 'One moment, please',
      advice:
        'Too many invalid links were opened from your network. Wait a minute, then open the link in your email again.',
    },
    trouble: {
      title: 'That did not work',
      advice: 'Nothing was changed. Go back, and try again in a minute.',
    },
    unsubscribe: {
      title: app => `Unsubscribe from ${app}?`,
      ask: app =>
        `You will get no more notification emails from ${app}. Notifications in the app stay as they are.`,
      confirm: 'Unsubscribe',
    },
    unsubscribed: {
      title: 'You are unsubscribed',
      told: app =>
        `${app} will send you no more notification emails. One that is already on its way may still arrive.`,
      undo: 'Undo: turn emails back on',
    },
    preferences: {
      title: app => `Your emails from ${app}`,
      state: {
        on: { name: 'Emails are on', address: { before: 'They go to ', after: '.' } },
        off: { name: 'Emails are off', address: { before: 'Nothing is sent to ', after: '.' } },
        held: {
          name: 'Emails are on, but blocked',
          address: { before: 'Nothing is currently sent to ', after: '.' },
        },
        paused: {
          name: 'Emails are paused',
          address: { before: 'Nothing is sent to ', after: ' during the pause.' },
        },
      },
      changed: {
        on: 'Emails are on again.',
        off: 'Emails are off. One that is already on its way may still arrive.',
        held: 'Emails are on, but still blocked.',
        paused: 'Emails are paused. One that is already on its way may still arrive.',
        resumed: 'Emails are no longer paused.',
      },
      switchOn: 'Turn emails on',
      switchOff: 'Turn emails off',
      pause: {
        title: 'A break from emails',
        offer:
          'You get no emails for a while. Then they start again by themselves, with what is still new and unread.',
        paused: until =>
          `The pause lasts until ${until}. Then emails start again by themselves, with what is still new and unread.`,
        lasting: count => `Pause for ${days(count)}`,
        end: 'End the pause',
      },
      kinds: 'Emails you can get',
      why: app =>
        `You get them because you have an account in ${app}. The setting applies to both; notifications in the app stay as they are.`,
      news: {
        name: 'New notifications',
        when: (app, maxAgeDays) =>
          `When something new is waiting for you in ${app}, you get one email about it, with nothing that you have already read and nothing older than ${days(maxAgeDays)}.`,
      },
      reminder: {
        name: 'A reminder',
        when: (afterDays, cooldownDays) =>
          `When something has been unread for more than ${days(afterDays)}${
            cooldownDays > 0 ? `, but never within ${days(cooldownDays)} of another email` : ''
          }.`,
      },
    },
    suppressed: {
      title: 'Nothing is sent to this address',
      bounced: since =>
        `An email to this address came back, so nothing has been sent to it since ${since}.`,
      complained: since =>
        `An email was reported as spam, so nothing has been sent to this address since ${since}.`,
      refused: since =>
        `The email provider accepts no emails for this address, so nothing has been sent to it since ${since}.`,
      advice: app =>
        `You can use another address in ${app}. If this one is right, ask the team behind ${app} to allow emails to it again.`,
    },
  },
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`
}
