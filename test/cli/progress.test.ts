import { Writable } from 'node:stream'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { createProgress } from '../../src/cli/progress.ts'
import { createStepProgress } from '../../src/cli/step-progress.ts'
import type { Run } from '../../src/core/runs/run.ts'
import { findControlCharacters, linesOf } from '../support/bytes.ts'

/** A stream that claims to be a terminal if `columns` is given. */
function openStream(columns?: number) {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  Object.assign(stream, { isTTY: columns !== undefined, columns })
  return { stream: stream as unknown as NodeJS.WriteStream, read: () => text }
}

const none = { due: 0, sent: 0, failed: 0, unknown: 0, skipped: {} }
const run = (fields: Partial<Run> = {}, due = 5, sent = 0): Run => ({
  ...{ id: 'r', type: 'all', trigger: 'cli', dryRun: false, shadow: false, error: null },
  ...{ status: 'running', paused: null, startedAt: null, finishedAt: null },
  createdAt: new Date(),
  counts: {
    ...{ ...none, due, sent, scanned: 1_234 },
    byType: { new_notifications: none, outstanding_reminder: none },
  },
  ...fields,
})
const stopped = {
  reason: `bounce_rate: 6.2 % of 500 emails bounced in 24 h (limit 4 %) \u001b[2J\u009b5m`,
  until: null,
  stopped: true,
}

/** Each drawing of a bar and each line, as shown on the screen. */
const drawings = (text: string) => linesOf(text.replaceAll('\u001b[1G', '\n'))

test.each([60, 80, 120])('on %d columns a stop is shown in full, before any bar', columns => {
  const { stream, read } = openStream(columns)
  const progress = createProgress(stream)
  progress.show(run({ status: 'queued', paused: stopped }, 0))
  const [text = ''] = read().split('\u001b7')
  expect(text.replace(/\s+/g, ' ')).toMatch(
    /^ Sending is stopped: bounce_rate: 6\.2 % .*\(find the cause, then run: npm run tidings -- resume\)\. The run waits until sending resumes\. $/,
  )
  progress.show(run({ paused: stopped }, 12_345, 12_000))
  progress.show(run({}, 12_345, 12_100))
  progress.end()

  expect(read().match(/Sending is stopped/g)).toHaveLength(1)
  expect(read().match(/Sending has resumed\./g)).toHaveLength(1)
  expect(drawings(read()).filter(line => stringWidth(line) > columns)).toEqual([])
  expect(findControlCharacters(read().replaceAll('\u001b[1G', ''))).toEqual([])
})

test('on a pipe a stop is printed before the counts, without terminal escapes', () => {
  const { stream, read } = openStream()
  const progress = createProgress(stream)
  progress.show(run({ status: 'queued', paused: stopped }, 0))
  progress.show(run({ paused: stopped }, 5))
  progress.show(run({}, 5))
  progress.end()
  expect(read()).toMatch(
    /^Sending is stopped: bounce_rate: 6\.2 %.*\. The run waits until sending resumes\.\nqueued: 1234 scanned, 0 of 0 due done, stopped\nrunning: .*, stopped\nSending has resumed\.\nrunning: 1234 scanned, 0 of 5 due done\n$/,
  )
  expect(findControlCharacters(read())).toEqual([])
})

test.each([80, undefined])('on %s columns a fault is reported once, until it is gone', columns => {
  const { stream, read } = openStream(columns)
  const progress = createProgress(stream)
  const fault = { kind: 'provider', found: '1 request failed', error: null, fix: 'wait' } as const
  progress.show(run())
  progress.show(run(), fault)
  progress.show(run(), fault)
  progress.show(run({ status: 'completed' }))
  progress.end()
  expect(
    read().match(/Emails do not go out: 1 request failed \(wait\)\. The run waits\./g),
  ).toHaveLength(1)
  expect(read()).not.toContain('resumed')
})

test.each([60, 80, undefined])('a long step with a long name fits %d columns', columns => {
  const { stream, read } = openStream(columns)
  const progress = createStepProgress(stream)
  const what = `building {bar} ${'x'.repeat(50)}\u001b[2J_idx`
  progress.show({ what, done: 0, total: 9 })
  progress.show({ what, done: 4, total: 9, phase: 'building index: scanning table' })
  progress.end()
  expect(findControlCharacters(read())).toEqual([])
  if (columns) expect(drawings(read()).filter(line => stringWidth(line) > columns)).toEqual([])
})
