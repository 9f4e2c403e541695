import type { z } from 'zod'

/**
 * Refuses a URL that links cannot begin with: paths are appended to it, and recipients follow them.
 * The fault quotes the URL without its password and its query.
 */
export function checkLinkBase(
  text: string,
  context: z.RefinementCtx,
  { mayHaveFragment = false } = {},
): void {
  if (!URL.canParse(text)) return
  const { protocol, username, password, host, pathname, hash } = new URL(text)
  const [beforeFragment = '', ...fragment] = text.split('#')
  const has = {
    'a user name or password': username !== '' || password !== '',
    'a query': beforeFragment.includes('?'),
    'a fragment': fragment.length > 0 && !mayHaveFragment,
  }
  const found = Object.entries(has).flatMap(([what, isThere]) => (isThere ? [what] : []))
  if (found.length === 0) return
  const path = pathname.replace(/\/+$/, '')
  const given =
    `${protocol}//${has['a user name or password'] ? '…@' : ''}${host}${path}` +
    `${has['a query'] ? '?…' : ''}${fragment.length > 0 ? '#…' : ''}`
  const expected = `${protocol}//${host}${path}${mayHaveFragment ? hash : ''}`
  context.addIssue({
    code: 'custom',
    message: `must not have ${found.join(' and ')}, since links begin with it: ${given} was given, ${expected} is expected`,
  })
}
