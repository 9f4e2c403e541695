import type { ReactNode } from 'react'
import { ItemCard } from './item-card.tsx'
import { Layout } from './layout.tsx'
import type { Letter } from './letter.ts'
import { More } from './more.tsx'
import type { Words } from './words.ts'

/** `new_notifications`: what happened, a card for each. */
export function NewNotifications(props: { letter: Letter; words: Words }): ReactNode {
  const { letter, words } = props
  return (
    <Layout letter={letter} words={words}>
      {letter.items.map(item => (
        <ItemCard key={item.id} item={item} />
      ))}
      <More line={letter.more} />
    </Layout>
  )
}
