import type { Sample } from '../sample.ts'

export const one: Sample = {
  about: 'one notification: the subject is its title',
  name: 'Jonas',
  locale: null,
  total: 1,
  items: [
    {
      type: 'comment_received',
      title: 'Mara commented on your cover',
      message: 'That bridge! How did you get the harmonies so close without a second singer?',
      hours: 3,
    },
  ],
}
