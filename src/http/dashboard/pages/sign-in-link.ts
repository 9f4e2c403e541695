import { type Html, html } from '../../../html/html.ts'
import { LINK_PATH } from '../sign-in-links.ts'
import { type Frame, mark } from './frame.ts'

/** Signs in as soon as somebody sees it, or with the button where there is no script. */
export function signInLinkPage(frame: Frame, code: string): Html {
  return frame.bare({
    title: 'Sign in',
    content: html`<section class="card door">
${mark}
<h1>Sign in to the demo</h1>
<form method="post" action="${LINK_PATH}" data-submit-when-seen>
<input type="hidden" name="code" value="${code}">
<button class="main" autofocus>Sign in</button>
</form>
<p class="hint">This link works once.</p>
</section>`,
  })
}
