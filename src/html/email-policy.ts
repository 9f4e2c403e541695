/** Content Security Policy for the HTML of an email: no scripts, no forms, no origin, but images. */
export const emailPolicy = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src https: data:',
  "frame-ancestors 'self'",
].join('; ')

/** The same, except that a link which asks for it opens in a tab of its own, outside the sandbox. */
export const emailPolicyWithLinks = emailPolicy.replace(
  'sandbox',
  'sandbox allow-popups allow-popups-to-escape-sandbox',
)
