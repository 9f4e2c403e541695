import type { CSSProperties, ReactNode } from 'react'
import { Section } from 'react-email'
import { ItemRow } from './item-row.tsx'
import { Layout, type LetterProps } from './layout.tsx'
import { More } from './more.tsx'
import { light } from './palette.ts'

const cardStyle: CSSProperties = {
  backgroundColor: light.card,
  border: `1px solid ${light.line}`,
  borderCollapse: 'separate',
  borderRadius: 12,
  marginBottom: 12,
  padding: '16px',
}

/** `new_notifications`: what happened, a card for each. */
export function NewNotifications({ letter, theme }: LetterProps): ReactNode {
  return (
    <Layout letter={letter} theme={theme}>
      {letter.items.map(item => (
        <Section key={item.id} className="card" style={cardStyle}>
          <ItemRow item={item} theme={theme} />
        </Section>
      ))}
      <More line={letter.more} />
    </Layout>
  )
}
