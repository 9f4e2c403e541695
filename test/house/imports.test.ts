import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** A rule: files under `room` may import nothing that matches `never`. */
const rules: { room: string; never: RegExp; why: string }[] = [
  {
    room: 'src/core/',
    never:
      /^(fastify|@fastify\/|pg-boss|postgres|drizzle-orm|resend|react|react-dom|react-email|pino)/,
    why: 'the core states what it needs in interfaces of its own',
  },
  {
    room: 'src/core/',
    never: /^src\/(?!core\/)/,
    why: 'the core knows no adapter',
  },
  {
    room: 'src/emails/',
    never:
      /^(fastify|pg-boss|postgres|drizzle-orm|resend)|^src\/(?!emails\/|words\/|core\/(render\/|errors\.ts)|pages\/(html|contrast)\.ts)/,
    why: 'templates know what an email says, not where it comes from',
  },
  {
    room: 'src/words/',
    never: /^(?!\.|src\/words\/)/,
    why: 'a catalogue holds words and nothing else',
  },
  {
    room: 'src/preview/',
    never: /^(?!nodemailer\/|src\/(preview|core)\/)/,
    why: 'a preview asks nobody but the core, which makes the real email',
  },
  {
    room: 'src/formats/',
    never: /^(fastify|postgres|drizzle-orm)|^src\/(?!formats\/|core\/)/,
    why: 'a format knows what it writes, not where it goes',
  },
  {
    room: 'src/http/',
    never: /^(pg-boss|postgres|drizzle-orm|resend|react)|^src\/(db|queue|resend|postgres|cli)\//,
    why: 'routes get what they call from app.ts',
  },
  {
    room: 'src/http/recipient/pages/',
    never: /^(?!node:crypto$|src\/(core|pages|words|http\/recipient)\/)/,
    why: 'a page says what it is given; routes ask for it',
  },
  {
    room: 'src/doctor/',
    never: /^(?!cron-parser$|src\/(doctor|core)\/)/,
    why: 'a doctor judges readings; who takes them is for src/app to say',
  },
  {
    room: 'src/probes/',
    never: /^(?!node:|src\/(probes|core|doctor)\/)/,
    why: 'a probe asks the network and nobody else',
  },
  {
    room: 'src/links/',
    never: /^(?!node:crypto$)/,
    why: 'what is signed depends on nothing that may change',
  },
  {
    room: 'src/dashboard/',
    never:
      /^(pg-boss|postgres|drizzle-orm|resend|react|pino)|^src\/(?!dashboard\/|core\/|pages\/|http\/)/,
    why: 'pages show what the core tells, and get what they call from app.ts',
  },
  {
    room: 'src/pages/',
    never: /^(?!src\/pages\/)/,
    why: 'what all pages share knows none of them',
  },
  {
    room: 'src/db/',
    never: /^(fastify|pg-boss|resend|react)|^src\/(http|queue|resend|mailbox|cli|emails)\//,
    why: 'the database knows no transport',
  },
  {
    room: 'src/mailbox/',
    never:
      /^(pg-boss|postgres|drizzle-orm|resend|react)|^src\/(?!mailbox\/|pages\/|core\/(errors|email-address)\.ts)/,
    why: 'the mailbox stands in for the provider, so it must know nothing of the service',
  },
  {
    room: 'src/(?!db/|postgres/|queue/)',
    never: /^(postgres|drizzle-orm)/,
    why: 'SQL lives under src/db',
  },
  {
    room: 'src/(?!app\\.ts|app/|cli/|main\\.ts)',
    never: /^src\/app(\.ts$|\/)/,
    why: 'only a command starts the app, and only the app wires',
  },
]

const root = resolve(import.meta.dirname, '../..')
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(name => /\.tsx?$/.test(name))
  .map(name => join('src', name))

test('there is something to look at', () => {
  expect(files.length).toBeGreaterThan(50)
  expect(importsOf('src/app/workers.ts')).toContain('src/core/send/deliver-batch.ts')
})

test.each(rules)('$room: $why', ({ room, never }) => {
  const inRoom = files.filter(file => new RegExp(`^${room}`).test(file))
  expect(inRoom).not.toEqual([])
  const forbidden = inRoom.flatMap(file =>
    importsOf(file)
      .filter(imported => never.test(imported))
      .map(imported => `${file} imports ${imported}`),
  )
  expect(forbidden).toEqual([])
})

test('no SQL statement stands outside of src/db and the set-up of its server', () => {
  const statement = /\b(select\s.+\sfrom|insert\s+into|update\s.+\sset|delete\s+from)\b/i
  const strays = files
    .filter(file => !/^src\/(db|postgres)\//.test(file))
    .filter(file => statement.test(withoutComments(file)))
  expect(strays).toEqual([])
})

test('no room is called utils, helpers, manager, common or service', () => {
  const vague = /\b(utils?|helpers?|managers?|common|services?)\b/
  expect(files.filter(file => vague.test(file))).toEqual([])
})

/** Packages by their names; files of ours by their paths from the root. */
function importsOf(file: string): string[] {
  const text = withoutComments(file)
  const found = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^']+)'/g)
  return [...found].map(([, name = '']) =>
    name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name,
  )
}

function withoutComments(file: string): string {
  const text = readFileSync(join(root, file), 'utf8')
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
}
