import { type ParsedMail, simpleParser } from 'mailparser'

/**
 * The texts that a mail client turns into links, as URLs. mailparser also links `@name` to Twitter, which no
 * client does.
 */
export function linksIn({ textAsHtml = '' }: Pick<ParsedMail, 'textAsHtml'>): URL[] {
  const links = [...textAsHtml.matchAll(/href="([^"]*)"/g)]
  return links
    .map(([, href = '']) => new URL(href.replaceAll('&amp;', '&'), 'http://relative.invalid'))
    .filter(link => link.host !== 'twitter.com')
}

/** The URLs of the links that a mail client finds in a text. */
export async function linksInText(text: string): Promise<string[]> {
  const mail = await simpleParser(`Content-Type: text/plain; charset=utf-8\r\n\r\n${text}`)
  return linksIn(mail).map(link => link.href)
}
