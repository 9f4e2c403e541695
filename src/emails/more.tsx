import type { CSSProperties, ReactNode } from 'react'
import { Text } from './components.ts'
import { light } from './palette.ts'
import { sans } from './type-faces.ts'

const moreStyle: CSSProperties = {
  color: light.soft,
  fontFamily: sans,
  fontSize: 15,
  lineHeight: '22px',
  margin: '4px 0 8px',
}

/** Says that the email does not show everything it stands for. */
export function More({ line }: { line: string | null }): ReactNode {
  if (line === null) return null
  return (
    <Text className="soft" style={moreStyle}>
      {line}
    </Text>
  )
}
