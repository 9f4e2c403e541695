import { isOpenable, listLinks } from './links.ts'
import type { StoredEmail } from './stored-email.ts'

/** What email clients make of one property of an email. */
export interface EmailCheck {
  ok: boolean
  name: string
  found: string
}

/** Gmail cuts off the rest. Source: https://developers.google.com/workspace/gmail/design/css */
const GMAIL_CLIPS_BYTES = 102_000
const PHONE_SUBJECT = 70

/** What some clients remove or ignore. Source: https://www.caniemail.com */
const UNSUPPORTED: [name: string, pattern: RegExp, clients: string][] = [
  ['scripts', /<script\b/i, 'every client removes them'],
  ['forms', /<(form|input|select|textarea)\b/i, 'Gmail, Outlook and Yahoo disable them'],
  ['frames and plug-ins', /<(iframe|object|embed)\b/i, 'every client removes them'],
  ['video and audio', /<(video|audio)\b/i, 'most clients show nothing'],
  ['inline SVG', /<svg\b/i, 'Gmail and Outlook remove it'],
  ['external style sheets', /<link\b[^<>]*stylesheet|@import\b/i, 'most clients ignore them'],
  ['web fonts', /@font-face\b/i, 'Gmail and Outlook use their own'],
  ['CSS variables', /\bvar\(\s*--/i, 'Outlook on Windows and some webmail ignore them'],
  ['CSS position', /[;{"'\s]position\s*:/i, 'Gmail and Outlook remove it'],
  ['flexbox and grid', /display\s*:\s*(inline-)?(flex|grid)\b/i, 'Outlook on Windows ignores them'],
  ['background images', /background(-image)?\s*:[^;"'<>{}]{0,200}url\(/i, 'Outlook ignores them'],
]

/** Checks an email as clients read it, without any request. Takes linear time, whatever the markup. */
export function checkEmail(email: StoredEmail): EmailCheck[] {
  return [...checkParts(email), ...(email.html === null ? [] : checkHtml(email.html))]
}

function checkParts({ subject, text, html, headers }: StoredEmail): EmailCheck[] {
  const names = Object.keys(headers).map(name => name.toLowerCase())
  const oneClick = ['list-unsubscribe', 'list-unsubscribe-post'].every(name => names.includes(name))
  const length = [...subject].length
  return [
    check('subject', length <= PHONE_SUBJECT, `length ${length}`, 'phones cut it off'),
    check('text part', text !== null, text === null ? 'none' : 'present', 'some readers need it'),
    check('HTML part', html !== null, html === null ? 'none' : 'present', 'it has no layout'),
    check(
      'one-click unsubscribe',
      oneClick,
      oneClick ? 'both headers are present' : 'a List-Unsubscribe header is missing',
      'Gmail and Yahoo require it of bulk senders (RFC 8058)',
    ),
  ]
}

function checkHtml(html: string): EmailCheck[] {
  const bytes = Buffer.byteLength(html)
  const images = [...html.matchAll(/<img\b[^<>]*>/gi)].map(([tag]) => tag)
  const without = (attribute: RegExp) => images.filter(tag => !attribute.test(tag)).length
  const links = listLinks(html)
  const count = (wrong: (url: string, text: string) => boolean) =>
    links.filter(({ url, text }) => wrong(url, text)).length
  const hasLanguage = /<html\b[^<>]*\slang=/i.test(html)
  const hasTitle = /<title\b/i.test(html)
  const hasViewport = /<meta\b[^<>]*viewport/i.test(html)
  const isPlain = (url: string) => /^http:/i.test(url)
  return [
    check(
      'size',
      bytes <= GMAIL_CLIPS_BYTES,
      `${(bytes / 1_000).toFixed(1)} kB of HTML`,
      'Gmail cuts off what exceeds 102 kB',
    ),
    check(
      'language',
      hasLanguage,
      hasLanguage ? 'stated' : 'not stated',
      'screen readers guess it',
    ),
    check('title', hasTitle, hasTitle ? 'present' : 'none', 'screen readers announce it'),
    check('width on phones', hasViewport, hasViewport ? 'stated' : 'not stated', 'phones zoom out'),
    none('images without alt', without(/\salt\s*=/i), 'nothing is shown while they are blocked'),
    none('images without width', without(/\swidth\s*=/i), 'Outlook shows their full size'),
    none(
      'links without text',
      count((_, text) => text === ''),
      'screen readers read the address',
    ),
    none('links without encryption', count(isPlain), 'use https in production'),
    none(
      'links that no client opens',
      count(url => !isOpenable(url)),
      'give a full address',
    ),
    ...UNSUPPORTED.map(([name, pattern, clients]) =>
      check(name, !pattern.test(html), pattern.test(html) ? 'used' : 'not used', clients),
    ),
  ]
}

/** @param why what happens if it is not as it should be */
function check(name: string, ok: boolean, found: string, why: string): EmailCheck {
  return { ok, name, found: ok ? found : `${found}: ${why}` }
}

function none(name: string, count: number, why: string): EmailCheck {
  return check(name, count === 0, count === 0 ? 'none' : String(count), why)
}
