import type { Profiler } from 'node:inspector'
import type { Measure } from './part.ts'

/** The category of a function by its file; the first match counts. */
const categories: [pattern: RegExp, category: string][] = [
  [/\/node_modules\/(react|react-dom|react-email|scheduler|@react-email)\//, 'render: React'],
  [/\/node_modules\/postgres\//, 'postgres.js'],
  [/\/node_modules\/drizzle-orm\//, 'Drizzle'],
  [/\/node_modules\/(pg-boss|pg|pg-[^/]+|postgres-[^/]+)\//, 'pg-boss and pg'],
  [
    /\/node_modules\/resend\/|^node:internal\/deps\/undici|^node:.*(webstreams|fetch)/,
    'Resend SDK and fetch',
  ],
  [/\/node_modules\/(pino|pino-std-serializers|sonic-boom|fast-redact|thread-stream)\//, 'logging'],
  [/\/node_modules\//, 'other packages'],
  [/\/dist\/(emails|i18n|core\/render)\//, 'render: templates'],
  [/\/dist\/core\/claim\//, 'building the request, JSON.stringify included'],
  [/\/dist\/core\/errors\//, 'logging'],
  [/\/dist\/db\//, 'database operations'],
  [/\/dist\//, 'the rest of the service'],
  [/^node:internal\/(crypto|webcrypto)|^node:crypto/, 'crypto'],
  [
    /^node:(internal\/)?(net|stream|http|tls|dgram|_http|_stream|buffer)/,
    'Node: sockets and streams',
  ],
  [/^node:inspector/, 'the profiler'],
  [/^node:/, 'Node: the rest'],
]

const NATIVE = 'native code outside JavaScript'
const names = new Map([
  ['(idle)', 'idle'],
  ['(garbage collector)', 'garbage collection'],
  ['(program)', NATIVE],
  ['(root)', NATIVE],
])

/**
 * A profile's self times as shares of the thread's busy time; idle time is a share of the total. Built-ins
 * of V8, such as JSON, count for their caller.
 */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Measure[] {
  const categoryOf = new Map<number, string>()
  const enter = (id: number, caller: string) => {
    const node = byId.get(id)
    if (!node) return
    const category = categoryOfFrame(node.callFrame, caller)
    categoryOf.set(id, category)
    for (const child of node.children ?? []) enter(child, category)
  }
  const byId = new Map(nodes.map(node => [node.id, node]))
  const [root] = nodes
  if (root) enter(root.id, NATIVE)

  const times = new Map<string, number>()
  samples.forEach((id, index) => {
    const category = categoryOf.get(id) ?? ''
    times.set(category, (times.get(category) ?? 0) + (timeDeltas[index] ?? 0))
  })
  const idle = times.get('idle') ?? 0
  for (const category of ['idle', 'the profiler']) times.delete(category)
  const worked = [...times.values()].reduce((sum, time) => sum + time, 0)
  const shares = [...times].map(([what, time]) => share(what, time / worked))
  shares.sort((a, b) => b.value - a.value)
  return [...shares, share('(idle, of all the time)', idle / (idle + worked))]
}

function share(what: string, of: number): Measure {
  return { what, value: of * 100, unit: '%' }
}

function categoryOfFrame(
  { url, functionName }: Profiler.Profile['nodes'][0]['callFrame'],
  caller: string,
) {
  const named = names.get(functionName)
  if (named) return named
  if (url !== '') return categories.find(([pattern]) => pattern.test(url))?.[1] ?? 'other'
  // Built-ins of V8 have no URL: JSON, regular expressions, string methods.
  return caller
}
