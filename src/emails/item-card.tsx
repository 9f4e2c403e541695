import type { CSSProperties, ReactNode } from 'react'
import { Column, Row, Section } from 'react-email'
import { ItemWords } from './item-words.tsx'
import type { LetterItem } from './letter.ts'
import type { NotificationKind } from './notification-kinds.ts'
import { light } from './palette.ts'
import { sans, serif } from './type-faces.ts'

const cardStyle: CSSProperties = {
  backgroundColor: light.card,
  border: `1px solid ${light.line}`,
  borderCollapse: 'separate',
  borderRadius: 12,
  marginBottom: 12,
  padding: '16px',
}
// A fixed layout keeps its width in clients that cannot break long words.
const rowStyle: CSSProperties = { tableLayout: 'fixed' }
const signColumnStyle: CSSProperties = { verticalAlign: 'top', width: 48 }
// Piled-up accents paint over their own card and no other.
const wordsColumnStyle: CSSProperties = { overflow: 'hidden', verticalAlign: 'top' }
const signStyle: CSSProperties = {
  borderRadius: 18,
  fontFamily: sans,
  fontSize: 18,
  fontWeight: 600,
  height: 36,
  lineHeight: '36px',
  textAlign: 'center',
  width: 36,
}
/** A quotation mark is small and hangs from the top of its line. */
const quoteStyle: CSSProperties = { fontFamily: serif, fontSize: 30, lineHeight: '50px' }

/** Every kind's style, made once and not for each email. */
const signStyles = new Map<string, CSSProperties>()

function signStyleOf({ sign, tone }: NotificationKind): CSSProperties {
  const key = sign + tone
  const known = signStyles.get(key)
  if (known) return known
  const { back, ink } = light.tones[tone]
  const colours = { backgroundColor: back, color: ink }
  const style = { ...signStyle, ...colours, ...(sign === '“' ? quoteStyle : {}) }
  signStyles.set(key, style)
  return style
}

/** One notification: what kind of thing, what happened, the beginning of it, and when. */
export function ItemCard({ item }: { item: LetterItem }): ReactNode {
  return (
    <Section className="card" style={cardStyle}>
      <Row style={rowStyle}>
        <Column style={signColumnStyle}>
          <div aria-hidden="true" className={item.kind.tone} style={signStyleOf(item.kind)}>
            {item.kind.sign}
          </div>
        </Column>
        <Column style={wordsColumnStyle}>
          <ItemWords item={item} />
        </Column>
      </Row>
    </Section>
  )
}
