import type { CSSProperties, ReactNode } from 'react'
import { Column, Heading, Link, Row, Section, Text } from './components.ts'
import type { EmailItem } from './email-content.ts'
import { light } from './palette.ts'
import type { Theme } from './theme.ts'
import { breakAnywhere, sans } from './type-faces.ts'
import { TypeSign } from './type-sign.tsx'

// A fixed layout keeps its width in clients that do not break long words.
const rowStyle: CSSProperties = { tableLayout: 'fixed' }
const signColumnStyle: CSSProperties = { verticalAlign: 'top', width: 48 }
// Keeps stacked combining marks from overlapping other rows.
const textColumnStyle: CSSProperties = { overflow: 'hidden', verticalAlign: 'top' }
const titleStyle: CSSProperties = {
  ...breakAnywhere,
  color: light.ink,
  fontFamily: sans,
  fontSize: 16,
  fontWeight: 600,
  lineHeight: '22px',
  margin: 0,
}
const messageStyle: CSSProperties = {
  ...breakAnywhere,
  color: light.ink,
  fontFamily: sans,
  fontSize: 15,
  lineHeight: '22px',
  margin: '4px 0 0',
}
const aboutStyle: CSSProperties = {
  ...breakAnywhere,
  color: light.soft,
  fontFamily: sans,
  fontSize: 13,
  lineHeight: '20px',
  margin: '6px 0 0',
}

export interface ItemProps {
  item: EmailItem
  theme: Theme
}

/** One notification: icon, linked title, beginning of the message, type and time. */
function ItemRow({ item, theme }: ItemProps): ReactNode {
  return (
    <Row style={rowStyle}>
      <Column style={signColumnStyle}>
        <TypeSign kind={item.kind} />
      </Column>
      <Column style={textColumnStyle}>
        <Heading as="h2" className="ink" style={titleStyle}>
          <Link className="link" href={item.url} style={theme.titleLink}>
            <bdi>{item.title}</bdi>
          </Link>
        </Heading>
        {item.message === '' ? null : (
          <Text className="ink" style={messageStyle}>
            <bdi>{item.message}</bdi>
          </Text>
        )}
        <Text className="soft" style={aboutStyle}>
          {item.about}
        </Text>
      </Column>
    </Row>
  )
}

const cardStyle: CSSProperties = {
  backgroundColor: light.card,
  border: `1px solid ${light.line}`,
  borderCollapse: 'separate',
  borderRadius: 12,
  marginBottom: 12,
  padding: '16px',
}

/** An item of `new_notifications`, in a card. */
export function NewNotification({ item, theme }: ItemProps): ReactNode {
  return (
    <Section className="card" style={cardStyle}>
      <ItemRow item={item} theme={theme} />
    </Section>
  )
}

const entryStyle: CSSProperties = { borderTop: `1px solid ${light.line}`, padding: '16px 0' }

/** An item of `outstanding_reminder`, in a plain list. */
export function Outstanding({ item, theme }: ItemProps): ReactNode {
  return (
    <Section className="rule" style={entryStyle}>
      <ItemRow item={item} theme={theme} />
    </Section>
  )
}
