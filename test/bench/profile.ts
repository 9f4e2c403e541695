import type { Profiler } from 'node:inspector'
import type { Measure } from './part.ts'

/** What a function's time is told under, by where it stands; the first that fits. */
const rooms: [pattern: RegExp, room: string][] = [
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
  [/\/dist\/(emails|words|core\/render)\//, 'render: templates'],
  [/\/dist\/core\/claim\//, 'building the request, JSON.stringify included'],
  [/\/dist\/core\/privacy\//, 'logging'],
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
 * A profile's self times, as shares of what the thread has worked: idle time is a measure of its own,
 * a share of all. What is built into V8, JSON for one, counts as its caller's.
 */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Measure[] {
  const roomOf = new Map<number, string>()
  const enter = (id: number, caller: string) => {
    const node = byId.get(id)
    if (!node) return
    const room = roomOfFrame(node.callFrame, caller)
    roomOf.set(id, room)
    for (const child of node.children ?? []) enter(child, room)
  }
  const byId = new Map(nodes.map(node => [node.id, node]))
  const [root] = nodes
  if (root) enter(root.id, NATIVE)

  const times = new Map<string, number>()
  samples.forEach((id, index) => {
    const room = roomOf.get(id) ?? ''
    times.set(room, (times.get(room) ?? 0) + (timeDeltas[index] ?? 0))
  })
  const idle = times.get('idle') ?? 0
  for (const room of ['idle', 'the profiler']) times.delete(room)
  const worked = [...times.values()].reduce((sum, time) => sum + time, 0)
  const shares = [...times].map(([what, time]) => share(what, time / worked))
  shares.sort((a, b) => b.value - a.value)
  return [...shares, share('(idle, of all the time)', idle / (idle + worked))]
}

function share(what: string, of: number): Measure {
  return { what, value: of * 100, unit: '%' }
}

function roomOfFrame(
  { url, functionName }: Profiler.Profile['nodes'][0]['callFrame'],
  caller: string,
) {
  const named = names.get(functionName)
  if (named) return named
  if (url !== '') return rooms.find(([pattern]) => pattern.test(url))?.[1] ?? 'other'
  // Built into V8, and so without a place: JSON, regular expressions, what strings can do.
  return caller
}
