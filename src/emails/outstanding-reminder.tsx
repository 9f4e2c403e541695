import type { CSSProperties, ReactNode } from 'react'
import { Section } from 'react-email'
import { ItemRow } from './item-row.tsx'
import { Layout, type LetterProps } from './layout.tsx'
import { More } from './more.tsx'
import { light } from './palette.ts'

const entryStyle: CSSProperties = { borderTop: `1px solid ${light.line}`, padding: '16px 0' }

/** `outstanding_reminder`: quieter than news, one plain list. */
export function OutstandingReminder({ letter, theme }: LetterProps): ReactNode {
  return (
    <Layout letter={letter} theme={theme}>
      {letter.items.map(item => (
        <Section key={item.id} className="rule" style={entryStyle}>
          <ItemRow item={item} theme={theme} />
        </Section>
      ))}
      <More line={letter.more} />
    </Layout>
  )
}
