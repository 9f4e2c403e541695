/** An email's own HTML: no scripts, no forms, no origin; pictures as its recipient would see them. */
export const emailPolicy = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src https: data:',
  "frame-ancestors 'self'",
].join('; ')
