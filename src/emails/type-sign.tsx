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
/** A quotation mark is small and hangs from the top of its line. */
const quoteStyle: CSSProperties = { fontFamily: serif, fontSize: 30, lineHeight: '50px' }

/** Every kind's style, made once and not for each email. */
const signStyles = new Map<string, CSSProperties>()

/** A kind's icon: a letter on a disc, since images are blocked and emoji differ. */
export function TypeSign({ kind }: { kind: NotificationKind }): ReactNode {
  return (
    <div aria-hidden="true" className={kind.tone} style={styleOf(kind)}>
      {kind.sign}
    </div>
  )
}

function styleOf({ sign, tone }: NotificationKind): CSSProperties {
  const key = sign + tone
  const known = signStyles.get(key)
  if (known) return known
  const { back, ink } = light.tones[tone]
  const colours = { backgroundColor: back, color: ink }
  const style = { ...signStyle, ...colours, ...(sign === '“' ? quoteStyle : {}) }
  signStyles.set(key, style)
  return style
}
