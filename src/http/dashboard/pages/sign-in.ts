import { type Html, html } from '../../../html/html.ts'
import type { DashboardOptions } from '../options.ts'
import { type Frame, mark } from './frame.ts'

interface SignInView {
  frame: Frame
  options: Pick<DashboardOptions, 'appName' | 'tokenFile' | 'hasMailbox'>
  /** Where to go then. */
  next: string
  fault?: string | undefined
}

export function signInPage({ frame, options, next, fault }: SignInView): Html {
  const { appName, tokenFile, hasMailbox } = options
  return frame.bare({
    title: 'Sign in',
    content: html`<section class="card door">
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
    ? html`<p class="hint">The token is what <code>API_TOKEN</code> is set to. Where it is not set, one was made up
for this machine: see <code>API_TOKEN</code> in <code>${tokenFile}</code>.</p>`
    : html`<p class="hint">The token is what <code>API_TOKEN</code> is set to.</p>`
}
${hasMailbox && html`<p class="hint">Looking for the emails? They are in the <a href="/mailbox">mailbox</a>, which ${tokenFile ? 'needs no token' : 'asks for the token as well'}.</p>`}
</section>`,
  })
}
