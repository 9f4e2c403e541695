import type { CSSProperties, ReactNode } from 'react'
import { Section } from './components.ts'
import { type ItemProps, ItemRow } from './item-row.tsx'
import { light } from './palette.ts'

const cardStyle: CSSProperties = {
  backgroundColor: light.card,
  border: `1px solid ${light.line}`,
  borderCollapse: 'separate',
  borderRadius: 12,
  marginBottom: 12,
  padding: '16px',
}

/** An item of `new_notifications`: what happened, a card for each. */
export function NewNotification({ item, theme }: ItemProps): ReactNode {
  return (
    <Section className="card" style={cardStyle}>
      <ItemRow item={item} theme={theme} />
    </Section>
  )
}
