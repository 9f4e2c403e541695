import { type Html, html } from '../../../html/html.ts'
import type { DashboardOptions } from '../options.ts'
import { LINK_PATH } from '../sign-in-links.ts'
import { type Frame, mark } from './frame.ts'

interface SignInView {
  frame: Frame
  options: Pick<DashboardOptions, 'appName' | 'tokenFile' | 'hasMailbox'>
  /** The path to open after the sign-in. */
  next: string
  fault?: string | undefined
}

export function signInPage({ frame, options, next, fault }: SignInView): Html {
  const { appName, tokenFile, hasMailbox } = options
  return frame.bare({
    title: 'Sign in',
    content: html`<section class="card sign-in">
${mark}
<h1>${appName === 'Tidings' ? 'Tidings' : html`${appName}<small>notification emails by Tidings</small>`}</h1>
<form method="post" action="/sign-in">
<input type="hidden" name="next" value="${next}">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus${
      fault && html` aria-invalid="true" aria-describedby="fault"`
    }>
${fault && html`<p class="fault" id="fault" role="alert">${fault}</p>`}
<button class="main">Sign in</button>
</form>
${
  tokenFile
    ? html`<p class="hint">The token is the value of <code>API_TOKEN</code>. If it is not set, use the generated one: <code>API_TOKEN</code> in <code>${tokenFile}</code>.</p>`
    : html`<p class="hint">The token is the value of <code>API_TOKEN</code>.</p>`
}
${hasMailbox && html`<p class="hint">The emails are in the <a href="/mailbox">mailbox</a>, which ${tokenFile ? 'needs no token' : 'needs the same token'}.</p>`}
</section>`,
  })
}

/** Submits itself when the page becomes visible; without JavaScript, the button does it. */
export function signInLinkPage(frame: Frame, code: string): Html {
  return frame.bare({
    title: 'Sign in',
    content: html`<section class="card sign-in">
${mark}
<h1>Sign in to the demo</h1>
<form method="post" action="${LINK_PATH}" data-submit-when-visible>
<input type="hidden" name="code" value="${code}">
<button class="main" autofocus>Sign in</button>
</form>
<p class="hint">This link works once.</p>
</section>`,
  })
}
