import type { CSSProperties, ReactNode } from 'react'
import { Link, Text } from './components.ts'
import type { EmailContent } from './email-content.ts'
import { light } from './palette.ts'
import { breakAnywhere, sans } from './type-faces.ts'

const lineStyle: CSSProperties = {
  ...breakAnywhere,
  color: light.soft,
  fontFamily: sans,
  fontSize: 13,
  lineHeight: '20px',
  margin: '20px 4px 0',
}
/** Far enough apart for a thumb. */
const linksStyle: CSSProperties = { ...lineStyle, lineHeight: '28px', margin: '6px 4px 0' }
const linkStyle: CSSProperties = { color: light.soft, textDecoration: 'underline' }
const addressStyle: CSSProperties = { ...lineStyle, margin: '10px 4px 0' }

/** Why this came, how to change it, how to end it, and who sent it. */
export function Footer({ content }: { content: EmailContent }): ReactNode {
  const { why, preferences, unsubscribe, address } = content
  return (
    <>
      <Text className="soft" style={lineStyle}>
        {why}
      </Text>
      <Text className="soft" style={linksStyle}>
        <Link className="soft" href={preferences.url} style={linkStyle}>
          {preferences.label}
        </Link>
        {'  ·  '}
        <Link className="soft" href={unsubscribe.url} style={linkStyle}>
          {unsubscribe.label}
        </Link>
      </Text>
      {address === '' ? null : (
        <Text className="soft" style={addressStyle}>
          {address}
        </Text>
      )}
    </>
  )
}
