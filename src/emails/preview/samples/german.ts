import type { Sample } from '../sample.ts'

export const german: Sample = {
  about: 'a recipient who reads German',
  name: 'Jürgen Weiß',
  locale: 'de-DE',
  total: 6,
  items: [
    {
      type: 'comment_reply_received',
      title: 'Käthe hat auf deinen Kommentar geantwortet',
      message: 'Genau so! Die zweite Strophe darf ruhig noch etwas langsamer werden.',
      hours: 2,
    },
    {
      type: 'round_covers_due',
      title: 'Noch drei Tage bis zur Abgabe von Runde 31',
      message: 'Lade deine Aufnahme bis Sonntag um 20 Uhr hoch.',
      hours: 9,
    },
    {
      type: 'comment_upvoted',
      title: 'Björn und 4 weitere stimmen deinem Kommentar zu',
      message: '„Mit Kapodaster im zweiten Bund klingt es wärmer.“',
      hours: 15,
    },
    {
      type: 'mention_received',
      title: 'Zoë hat dich in „Über den Wolken“ erwähnt',
      message: '@juergen hör mal, das Ende ist jetzt wie bei dir.',
      hours: 30,
    },
    { type: 'round_opened', title: 'Runde 32 hat begonnen', message: '', hours: 41 },
  ],
}
