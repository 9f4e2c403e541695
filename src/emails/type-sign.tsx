import type { CSSProperties, ReactNode } from 'react'
import type { NotificationKind } from './notification-kinds.ts'
import { light } from './palette.ts'
import { sans, serif } from './type-faces.ts'

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
/** A quotation mark is small and at the top of its line. */
const quoteStyle: CSSProperties = { fontFamily: serif, fontSize: 30, lineHeight: '50px' }

/** Cached styles of all kinds. */
const signStyles = new Map<string, CSSProperties>()

/** The icon of a notification's kind: a character on a coloured disc. */
export function TypeSign({ kind }: { kind: NotificationKind }): ReactNode {
  return (
    <div aria-hidden="true" className={kind.tone} style={styleOf(kind)}>
      {kind.sign}
    </div>
  )
}

function styleOf({ sign, tone }: NotificationKind): CSSProperties {
  const key = sign + tone
  const cached = signStyles.get(key)
  if (cached) return cached
  const { back, ink } = light.tones[tone]
  const colours = { backgroundColor: back, color: ink }
  const style = { ...signStyle, ...colours, ...(sign === '“' ? quoteStyle : {}) }
  signStyles.set(key, style)
  return style
}
