import type { CSSProperties, ReactNode } from 'react'
import { Column, Row, Section } from 'react-email'
import { ItemWords } from './item-words.tsx'
import { Layout } from './layout.tsx'
import type { Letter } from './letter.ts'
import { More } from './more.tsx'
import { light } from './palette.ts'
import type { Words } from './words.ts'

const listStyle: CSSProperties = { marginBottom: 12 }
const rowStyle: CSSProperties = { tableLayout: 'fixed' }
// Piled-up accents paint over their own row and no other.
const columnStyle: CSSProperties = {
  borderTop: `1px solid ${light.line}`,
  overflow: 'hidden',
  padding: '14px 0',
}

/** `outstanding_reminder`: quieter than news, one plain list and no signs. */
export function OutstandingReminder(props: { letter: Letter; words: Words }): ReactNode {
  const { letter, words } = props
  return (
    <Layout letter={letter} words={words}>
      <Section style={listStyle}>
        {letter.items.map(item => (
          <Row key={item.id} style={rowStyle}>
            <Column className="rule" style={columnStyle}>
              <ItemWords item={item} />
            </Column>
          </Row>
        ))}
      </Section>
      <More line={letter.more} />
    </Layout>
  )
}
