import type { CSSProperties, ReactNode } from 'react'
import { Img, Text } from './components.ts'
import type { EmailContent } from './email-content.ts'
import { light } from './palette.ts'
import { breakAnywhere, sans } from './type-faces.ts'

const nameStyle: CSSProperties = {
  ...breakAnywhere,
  color: light.soft,
  fontFamily: sans,
  fontSize: 14,
  fontWeight: 600,
  letterSpacing: '0.04em',
  lineHeight: '20px',
  margin: '0 4px 14px',
}
/** Includes the style of the name, which is the logo's alternative text. */
const logoStyle: CSSProperties = { ...nameStyle, height: 32, lineHeight: '32px', maxWidth: '100%' }

/** The host's logo or name. */
export function EmailHeader({ content }: { content: EmailContent }): ReactNode {
  const { appName, logoUrl } = content
  if (logoUrl) {
    return (
      <Img
        alt={appName}
        className="soft"
        // Prevents React's preload link, which might load the logo although images are off.
        fetchPriority="low"
        height={32}
        src={logoUrl}
        style={logoStyle}
      />
    )
  }
  return (
    <Text className="soft" style={nameStyle}>
      {appName}
    </Text>
  )
}
