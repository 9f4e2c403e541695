import type { Random } from './random.ts'

/** Generates valid and invalid edge cases of input. */
export interface EdgeCases {
  /** For a path segment, a query parameter or a form field. */
  text(): string
  /** For a field of a JSON body. */
  json(): unknown
}

const edges = [
  ...['', 'abc', '0', '-1', '1', '50', '201', '1e9', 'NaN', 'Infinity', '1.5', '9'.repeat(40)],
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'null', 'undefined', 'true', 'on'],
  ...[
    '\0',
    'a\0b',
    "'",
    '"',
    '\\',
    '%',
    '%00',
    '../..',
    '{}',
    '[]',
    '<script>',
    '\u202e',
    '👩‍👩‍👧',
  ],
  ...['\ud800', '\udfff x', 'x'.repeat(5_000), '\r\nx: y', ' ', '\t', 'ß', '\u0000\u001b[31m'],
  ...['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  ...['new_notifications', 'outstanding_reminder', 'all', 'accepted', 'not-accepted', 'failed'],
  ...['csv', 'ndjson', 'day', 'hour', 'resumed', 'off', 'yes', 'no', 'html', 'source', 'hostile'],
]

const times = [
  ...[
    '0000-01-01',
    '0001-01-01',
    '9999-12-31',
    '9998-12-31',
    '2026-02-30',
    '2026-11-24',
    '10000-1-1',
  ],
  ...['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999999Z'],
  ...['2026-11-24T08:00:00Z', '2026-11-24T08:00:00+23:59', '2026-11-24T08:00:00-15:59'],
  ...[
    '2026-11-24 08:00:00.123456+00',
    '2026-11-24T08:00:00',
    '+275760-09-13T00:00:00Z',
    'infinity',
  ],
  ...['0000-01-01T00:00:00.000000', '9999-12-31T23:59:59.999999', '2026-02-30T00:00:00.000000'],
]

/** @param ids of rows that exist */
export function edgeCases(random: Random, ids: readonly string[]): EdgeCases {
  const { pick, below, chance } = random
  const plain = () => pick([edges, edges, times, ids])
  const text = () => (chance(0.15) ? cursor() : pick(plain()))
  /** A well-formed cursor with unusual contents. */
  const cursor = () => {
    const position = {
      sentAt: pick(plain()),
      createdAt: pick(plain()),
      id: chance(0.7) ? pick(ids) : pick(plain()),
    }
    const whole = pick<unknown>([position, position, position, [], null, 7, text])
    return Buffer.from(JSON.stringify(whole) ?? '').toString('base64url')
  }
  const json = (): unknown => {
    const values: (() => unknown)[] = [
      text,
      text,
      text,
      () => pick([null, true, false, 0, -1, 1.5, 1e21, Number.MAX_SAFE_INTEGER]),
      () => Array.from({ length: below(4) }, json),
      () => ({ [text()]: json() }),
    ]
    return pick(values)()
  }
  return { text, json }
}
