import type { CSSProperties, ReactNode } from 'react'
import { Section } from './components.ts'
import { type ItemProps, ItemRow } from './item-row.tsx'
import { light } from './palette.ts'

const entryStyle: CSSProperties = { borderTop: `1px solid ${light.line}`, padding: '16px 0' }

/** An item of `outstanding_reminder`: quieter than news, one plain list. */
export function Outstanding({ item, theme }: ItemProps): ReactNode {
  return (
    <Section className="rule" style={entryStyle}>
      <ItemRow item={item} theme={theme} />
    </Section>
  )
}
