/** Content Security Policy for the HTML of an email: no scripts, no forms, no origin, but images. */
export const emailPolicy = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src https: data:',
  "frame-ancestors 'self'",
].join('; ')
