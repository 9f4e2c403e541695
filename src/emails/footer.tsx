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
/** Enough space between links for touch screens. */
const linksStyle: CSSProperties = { ...lineStyle, lineHeight: '28px', margin: '6px 4px 0' }
const linkStyle: CSSProperties = { color: light.soft, textDecoration: 'underline' }
const addressStyle: CSSProperties = { ...lineStyle, margin: '10px 4px 0' }

/** Why the recipient got the email, links to change that, and the sender's address. */
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
