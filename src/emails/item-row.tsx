import type { CSSProperties, ReactNode } from 'react'
import { Column, Heading, Link, Row, Text } from './components.ts'
import type { EmailItem } from './email-content.ts'
import { light } from './palette.ts'
import type { Theme } from './theme.ts'
import { breakAnywhere, sans } from './type-faces.ts'
import { TypeSign } from './type-sign.tsx'

// A fixed layout keeps its width in clients that cannot break long words.
const rowStyle: CSSProperties = { tableLayout: 'fixed' }
const signColumnStyle: CSSProperties = { verticalAlign: 'top', width: 48 }
// Piled-up accents paint over their own row and no other.
const wordsColumnStyle: CSSProperties = { overflow: 'hidden', verticalAlign: 'top' }
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

/** What kind of thing, what happened (a link to it), the beginning of what was written, and when. */
export function ItemRow({ item, theme }: ItemProps): ReactNode {
  return (
    <Row style={rowStyle}>
      <Column style={signColumnStyle}>
        <TypeSign kind={item.kind} />
      </Column>
      <Column style={wordsColumnStyle}>
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
