import { plain, unescapeHtml } from './pages/text.ts'

/** A link in the HTML of an email. */
export interface Link {
  /** What can be clicked, or the alternative text of an image. */
  text: string
  /** As written; it may have any scheme. */
  url: string
}

/** Attributes that contain `<` or `>` are not recognized: such a link is left out, and stays inert. */
const ANCHOR = /<a\s[^<>]*>/gi
const HREF = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i
const LONGEST_TEXT = 500

/** The links of an email's HTML, in order. Takes linear time, whatever the markup. */
export function listLinks(markup: string): Link[] {
  return [...markup.matchAll(ANCHOR)].flatMap(({ 0: tag, index }) => {
    const url = hrefOf(tag)
    if (url === undefined) return []
    const start = index + tag.length
    const content = markup.slice(start, start + LONGEST_TEXT).split(/<\/a\b|<a\s/i, 1)[0] ?? ''
    const alt = /<img\b[^<>]*\salt\s*=\s*"([^"]*)"/i.exec(content)?.[1] ?? ''
    return [{ text: plain(content).trim() || unescapeHtml(alt), url }]
  })
}

/** Replaces the address of each link by a page of the mailbox, which opens in a tab of its own. */
export function guardLinks(markup: string, pageOf: (index: number) => string): string {
  let count = 0
  return markup.replace(ANCHOR, tag => {
    if (hrefOf(tag) === undefined) return tag
    const page = pageOf(count++)
    return tag.replace(HREF, () => ` href="${page}" target="_blank"`)
  })
}

/** Whether a browser may open it from the mailbox. */
export function isOpenable(url: string): boolean {
  return /^(https?|mailto):/i.test(url) && URL.canParse(url)
}

function hrefOf(tag: string): string | undefined {
  const [, double, single, bare] = HREF.exec(tag) ?? []
  const given = double ?? single ?? bare
  return given === undefined ? undefined : unescapeHtml(given).trim()
}
