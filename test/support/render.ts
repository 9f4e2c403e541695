import type { Digest, Renderer } from '../../src/core/render/digest.ts'
import { createRenderer } from '../../src/emails/renderer.tsx'
import { readAt } from './sample-emails.ts'

const renderer = createRenderer(() => readAt)

/** Renders an email, with its HTML as one string. */
export function render(digest: Digest, { render }: Renderer = renderer) {
  const { html, ...email } = render(digest)
  return { ...email, html: String(html) }
}
