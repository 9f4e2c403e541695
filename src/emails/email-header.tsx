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
/** Where images are blocked, the name stands there in words of the same look. */
const logoStyle: CSSProperties = { ...nameStyle, height: 32, lineHeight: '32px', maxWidth: '100%' }

/** Whose email this is: the host's logo, or its name. */
export function EmailHeader({ content }: { content: EmailContent }): ReactNode {
  const { appName, logoUrl } = content
  if (logoUrl) {
    return (
      <Img
        alt={appName}
        className="soft"
        // Else React adds a preload link, which may load the logo where images are switched off.
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
