// Calls the code of docs/integrate.md as a host application does; prints the results as JSON.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const load = (file: string) => import(pathToFileURL(join(process.cwd(), file)).href)
const [{ startRun }, { switchEmails }, { readEmails, changeEmails }, { GET }] = await Promise.all(
  [
    'tidings.ts',
    'app/settings/actions.ts',
    'routes/email-settings.ts',
    'app/api/cron/emails/route.ts',
  ].map(load),
)

/** What an Express handler answers; `body` is what express.json() has parsed. */
async function answerOf(handler: (request: object, response: object) => Promise<void>, body = {}) {
  const answer = { status: 200, json: null as unknown }
  const response = {
    status(code: number) {
      answer.status = code
      return response
    },
    json(value: unknown) {
      answer.json = value
      return response
    },
  }
  await handler({ body }, response)
  return answer
}

async function answerAfter(action: Promise<void>) {
  await action
  return answerOf(readEmails)
}

async function answerTo(secret: string) {
  const headers = { authorization: `Bearer ${secret}` }
  const answer = await GET(new Request('http://host.example/api/cron/emails', { headers }))
  return { status: answer.status, text: await answer.text() }
}

const form = new FormData()
form.set('emails', 'on')
const results = {
  runId: await startRun(),
  byDefault: await answerOf(readEmails),
  afterAction: await answerAfter(switchEmails(new FormData())),
  afterRoute: await answerOf(changeEmails, { enabled: true }),
  afterSecondAction: await answerAfter(switchEmails(form)),
  cron: await answerTo(process.env.CRON_SECRET ?? ''),
  cronWithoutSecret: await answerTo('wrong'),
}
process.env.USER_ID = '00000000-0000-4000-8000-000000000000'
console.log(JSON.stringify({ ...results, unknownUser: await answerOf(readEmails) }))
