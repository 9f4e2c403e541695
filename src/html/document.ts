import { type Html, html } from './html.ts'

export interface Document {
  /** BCP 47. */
  lang: string
  title: string
  /** Further elements of the head, such as style sheets and scripts. */
  head?: Html
  /** The content of `<body>`. */
  body: Html
}

/** A complete HTML page that search engines do not index. */
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
