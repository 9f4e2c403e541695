import type { Sample } from '../sample.ts'

export const many: Sample = {
  about: 'twelve notifications of many types, one of them unknown: five are shown',
  name: 'Jonas',
  locale: null,
  total: 12,
  items: [
    {
      type: 'comment_received',
      title: 'Mara commented on your cover',
      message: 'That bridge! How did you get the harmonies so close without a second singer?',
      hours: 2,
    },
    {
      type: 'comment_upvoted',
      title: 'Theo and 2 others upvoted your comment',
      message: '“I’d slow the second verse down to 84 and let it breathe.”',
      hours: 4,
    },
    {
      type: 'round_voting_opened',
      title: 'Voting is open for round 31',
      message: 'Five songs are up. Pick the one you’d like everyone to play next.',
      hours: 17,
    },
    {
      type: 'mention_received',
      title: 'Ana mentioned you in “Dreams (bossa version)”',
      message: '@jonas this is the voicing I meant, two minutes in.',
      // Truncated, as a host's metadata may be.
      metadata: '{"coverId":17',
      hours: 38,
    },
    {
      type: 'playlist_published',
      title: 'The round 30 playlist is out',
      message: '',
      hours: 47,
    },
  ],
}
