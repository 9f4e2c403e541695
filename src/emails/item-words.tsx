import type { CSSProperties, ReactNode } from 'react'
import { Heading, Text } from 'react-email'
import type { LetterItem } from './letter.ts'
import { light } from './palette.ts'
import { breakAnywhere, sans } from './type-faces.ts'

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

/** What happened, the beginning of what was written, and when. */
export function ItemWords({ item }: { item: LetterItem }): ReactNode {
  return (
    <>
      <Heading as="h2" className="ink" style={titleStyle}>
        <bdi>{item.title}</bdi>
      </Heading>
      {item.message === '' ? null : (
        <Text className="ink" style={messageStyle}>
          <bdi>{item.message}</bdi>
        </Text>
      )}
      <Text className="soft" style={aboutStyle}>
        {item.about}
      </Text>
    </>
  )
}
