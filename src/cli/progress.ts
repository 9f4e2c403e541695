import { Presets, SingleBar } from 'cli-progress'
import { describePause } from '../core/provider-account.ts'
import { cleanText } from '../core/render/clean-text.ts'
import { countEnded, type Run } from '../core/runs/run.ts'
import { cut, wrap } from './wrap.ts'

export interface Progress {
  show(run: Run): void
  end(): void
}

/** A bar on a terminal; elsewhere a plain line whenever the figures have changed. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? bar(stream) : lines(stream)
}

/** What stands beside the bar in most runs, so that the bar gives way to it. */
const FIGURES = 40
const LONGEST_BAR = 40
const SHORTEST_NOTE = 10

function bar(stream: NodeJS.WriteStream): Progress {
  const columns = stream.columns || 80
  const barsize = Math.max(5, Math.min(LONGEST_BAR, columns - FIGURES))
  const line = new SingleBar(
    {
      stream,
      format: '  {bar} {percentage}%  {value} of {total} due  {note}',
      hideCursor: true,
      clearOnComplete: false,
      barsize,
    },
    Presets.shades_classic,
  )
  let started = false
  let stop: string | null = null
  /** The reason does not fit beside a bar, and whoever waits is to know it at once. */
  const formatStop = (found: string | null) => {
    if (found === stop) return
    stop = found
    if (started) line.stop()
    started = false
    const text = found
      ? `Sending is ${found}. The run waits until sending goes on.`
      : 'Sending goes on.'
    stream.write(
      `${wrap(text, columns - 4)
        .map(words => `  ${words}\n`)
        .join('')}`,
    )
  }
  return {
    show(run) {
      formatStop(run.paused?.stopped ? holdOf(run) : null)
      // Before anybody is found due there is nothing to be all of.
      const due = run.status === 'completed' ? run.counts.due : Math.max(1, run.counts.due)
      const taken = barsize + `   100%  ${countEnded(run)} of ${due} due  `.length
      const note = cut(noteOf(run), Math.max(SHORTEST_NOTE, columns - taken - 1))
      if (!started) {
        line.start(due, countEnded(run), { note })
        started = true
      }
      line.setTotal(due)
      line.update(countEnded(run), { note })
    },
    end: () => line.stop(),
  }
}

function noteOf(run: Run): string {
  if (run.paused?.stopped) return 'sending is stopped'
  return run.paused ? holdOf(run) : `${run.counts.scanned} looked at`
}

/** The provider wrote the reason. */
function holdOf({ paused }: Run): string {
  return paused ? cleanText(describePause(paused), 1_000) : ''
}

function lines(stream: NodeJS.WriteStream): Progress {
  let last = ''
  return {
    show(run) {
      const { scanned, due } = run.counts
      const waits = run.paused ? `, ${holdOf(run)}` : ''
      const text = `${run.status}: ${scanned} looked at, ${countEnded(run)} of ${due} due done${waits}`
      if (text !== last) stream.write(`${text}\n`)
      last = text
    },
    end() {},
  }
}
