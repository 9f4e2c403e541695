import { Writable } from 'node:stream'
import pretty from 'pino-pretty'
import { expect, test } from 'vitest'
import { createLoggerTo } from '../../src/cli/logger.ts'
import { logForTerminal } from '../../src/cli/terminal-log.ts'
import { findControlCharacters } from '../support/bytes.ts'

const HOSTILE = 'x\u001b[2J\u009b5m\u0007\u0085\r\u202ey\n[12:00:00] INFO: forged'

function openSink() {
  let text = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  return { sink, read: () => text }
}

function logEverywhere(log: ReturnType<typeof createLoggerTo>): void {
  log.warn({ err: new Error(HOSTILE), field: HOSTILE, [HOSTILE]: { deep: [HOSTILE] } }, HOSTILE)
}

test('a JSON line escapes terminal sequences and keeps the text', () => {
  const { sink, read } = openSink()
  logEverywhere(createLoggerTo(sink, 'info'))
  expect(findControlCharacters(read())).toEqual([])
  expect(JSON.parse(read())).toMatchObject({ msg: HOSTILE, field: HOSTILE })
})

test('a terminal line has no escapes, and a message cannot forge another line', () => {
  const { sink, read } = openSink()
  const formatter = pretty({
    destination: sink,
    sync: true,
    colorize: false,
    ignore: 'pid,hostname',
  })
  logEverywhere(createLoggerTo(logForTerminal(formatter), 'info'))
  expect(read()).toMatch(/WARN: x\[2J/)
  expect(findControlCharacters(read())).toEqual([])
  expect(
    read()
      .split('\n')
      .filter(line => /^\[.*forged/.test(line)),
  ).toHaveLength(1)
})
