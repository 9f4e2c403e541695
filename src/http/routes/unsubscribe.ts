import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { type Html, html } from '../../pages/html.ts'

export interface UnsubscribeOptions {
  appName: string
  /** The user that a token names, or null when it is not one of ours. */
  verify: (token: string) => string | null
  /** False where there is no such user. */
  switchOff: (userId: string) => Promise<boolean>
}

interface TokenRoute {
  Params: { token: string }
}

/**
 * The way out of every email (RFC 8058). POST switches emails off, whoever asks, as often as they
 * ask. GET only asks: link scanners follow every link they find.
 */
export const unsubscribeRoutes: FastifyPluginAsync<UnsubscribeOptions> = async (
  server,
  options,
) => {
  const { appName, verify, switchOff } = options
  // One-click posts come urlencoded or as multipart; the token says all, so the body is not read.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, _body, done) => done(null),
  )

  server.get<TokenRoute>('/unsubscribe/:token', (request, reply) => {
    if (!verify(request.params.token)) return sendInvalid(reply, appName)
    return sendPage(
      reply,
      page(
        `Unsubscribe from ${appName}?`,
        html`<p>You will get no more notification emails from ${appName}. Notifications in the app
stay as they are.</p>
<form method="post"><button type="submit">Unsubscribe</button></form>`,
      ),
    )
  })

  server.post<TokenRoute>('/unsubscribe/:token', async (request, reply) => {
    const userId = verify(request.params.token)
    if (!userId || !(await switchOff(userId))) return sendInvalid(reply, appName)
    return sendPage(
      reply,
      page(
        'You are unsubscribed',
        html`<p>${appName} sends you no more notification emails. You can switch them on again in the
app's settings.</p>`,
      ),
    )
  })
}

function sendInvalid(reply: FastifyReply, appName: string): FastifyReply {
  const advice = html`<p>It may have been cut off on its way. Use the link of a newer email, or the
settings in ${appName}.</p>`
  return sendPage(reply.code(404), page('This link does not work', advice))
}

const POLICY = [
  "default-src 'none'",
  "form-action 'self'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

function sendPage(reply: FastifyReply, content: Html): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .send(content.toString())
}

const style = `:root{color-scheme:light dark}body{font:17px/1.5 system-ui,sans-serif;max-width:32rem;
margin:15vh auto;padding:0 1.25rem}h1{font-size:1.5rem;line-height:1.25}button{font:inherit;
padding:.6rem 1.4rem;border:0;border-radius:.5rem;background:#b4532a;color:#fff;cursor:pointer}`

function page(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`
}
