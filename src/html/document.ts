import { type Html, html } from './html.ts'

export interface Document {
  /** BCP 47. */
  lang: string
  title: string
  /** Further elements of the head: style sheets, scripts, an icon. */
  head?: Html
  /** Everything inside of `<body>`. */
  body: Html
}

/** The frame of every page: a page that is not for search engines, in light and in dark. */
export function document({ lang, title, head, body }: Document): Html {
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`
}
