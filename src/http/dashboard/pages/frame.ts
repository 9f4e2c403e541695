import { document } from '../../../html/document.ts'
import { type Html, html } from '../../../html/html.ts'
import type { AssetUrls } from '../assets.ts'
import type { DashboardOptions } from '../options.ts'
import type { SendingState } from '../sending-state.ts'
import { troubleBanner } from './sending-state.ts'

const icon =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#b4532a"/><path d="M6 18.5q5-6 10 0t10 0" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/><path d="M6 12.5q5-6 10 0t10 0" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="2.6" stroke-linecap="round"/></svg>',
  )

const sections = {
  now: { href: '/', name: 'Now', key: 'n' },
  emails: { href: '/emails', name: 'Emails', key: 'e' },
  users: { href: '/people', name: 'Users', key: 'p' },
  sending: { href: '/sending', name: 'Sending', key: 's' },
  doctor: { href: '/doctor', name: 'Checks', key: 'd' },
} as const
export type Section = keyof typeof sections

export interface FramedPage {
  title: string
  /** The current section of the navigation. */
  section?: Section
  /** The result of the last form. */
  notice?: string | undefined
  /** The page itself says whether emails go out, so it needs no banner. */
  hasState?: true
  content: Html
}

export interface Frame {
  /** The layout of the pages behind the sign-in. */
  around(page: FramedPage): Html
  /** The layout without navigation, for the sign-in pages. */
  bare(page: { title: string; content: Html }): Html
}

type FrameOptions = Pick<DashboardOptions, 'appName' | 'hasMailbox'> &
  Partial<Pick<DashboardOptions, 'guards'>>

/** @param latestState whether emails go out, as last read */
export function createFrame(
  { appName, hasMailbox, guards = [] }: FrameOptions,
  assets: AssetUrls,
  latestState: () => SendingState | null,
): Frame {
  const siteName = appName === 'Tidings' ? 'Tidings' : `${appName} · Tidings`
  const frame = (title: string, body: Html) =>
    document({
      lang: 'en',
      title: `${title} – ${siteName}`,
      head: html`<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${assets.style}">
<script src="${assets.script}" data-charts="${assets.charts}" defer></script>`,
      body,
    })
  const banner = () => {
    const state = latestState()
    return state && troubleBanner(state, Date.now())
  }
  return {
    around: ({ title, section, notice, hasState, content }) =>
      frame(
        title,
        html`<a class="skip" href="#content">Skip to content</a>
<header class="top"><div class="bar">
<a class="brand" href="/">${mark}<span>${appName === 'Tidings' ? 'Tidings' : appName}</span></a>
<nav class="sections" aria-label="Dashboard">${Object.entries(sections).map(
          ([name, { href, name: text, key }]) =>
            html`<a href="${href}" data-key="${key}"${name === section && html` aria-current="page"`}>${text}</a>`,
        )}</nav>
<div class="aside">
${hasMailbox && html`<a href="/mailbox">Mailbox</a>`}
<form method="post" action="/sign-out"><button class="plain">Sign out</button></form>
</div>
</div></header>
<main id="content" tabindex="-1">
${!hasState && banner()}
${guards.map(guard => html`<p class="fault warn">${guard}</p>`)}
${notice && html`<p class="notice" role="status">${notice}</p>`}
${content}
</main>
<p class="visually-hidden" role="status" id="spoken"></p>
<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keyboard</h2>
<dl>
<div><dt><kbd>/</kbd></dt><dd>Search or filter</dd></div>
${Object.values(sections).map(({ key, name }) => html`<div><dt><kbd>g</kbd> <kbd>${key}</kbd></dt><dd>Go to ${name}</dd></div>`)}
<div><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>Next and previous row</dd></div>
<div><dt><kbd>?</kbd></dt><dd>This list</dd></div>
</dl>
<label class="check"><input type="checkbox" id="keys-on" checked> Use these keys</label>
<form method="dialog"><button>Close</button></form>
</dialog>`,
      ),
    bare: ({ title, content }) =>
      frame(title, html`<main id="content" class="bare">${content}</main>`),
  }
}

export const mark = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9"/><path d="M6 18.5q5-6 10 0t10 0"/><path class="faint" d="M6 12.5q5-6 10 0t10 0"/></svg>`
