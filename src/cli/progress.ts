import { Presets, SingleBar } from 'cli-progress'
import { describePause } from '../core/provider-account.ts'
import { cleanText } from '../core/render/clean-text.ts'
import { countEnded, isFinished, type Run } from '../core/runs/run.ts'
import type { WorkFault } from '../core/work-health.ts'
import { cut, wrap } from './wrap.ts'

export interface Progress {
  /** @param fault why no emails go out although sending is open */
  show(run: Run, fault?: WorkFault): void
  end(): void
}

/** Shows a bar on a terminal; otherwise prints a line whenever the counts change. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? bar(stream) : lines(stream)
}

/** The usual width of the text beside the bar; the bar shrinks to leave room for it. */
const TEXT_WIDTH = 40
const MAX_BAR = 40
const MIN_NOTE = 10

function bar(stream: NodeJS.WriteStream): Progress {
  const columns = stream.columns || 80
  const barsize = Math.max(5, Math.min(MAX_BAR, columns - TEXT_WIDTH))
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
  const hasChanged = createChangeCheck()
  return {
    show(run, fault) {
      const text = hasChanged(run, fault)
      if (text !== null) {
        if (started) line.stop()
        started = false
        const words = wrap(text, columns - 4)
        stream.write(words.map(line => `  ${line}\n`).join(''))
      }
      // A total of 0 would show as 100 % before the first due user is found.
      const due = run.status === 'completed' ? run.counts.due : Math.max(1, run.counts.due)
      const taken = barsize + `   100%  ${countEnded(run)} of ${due} due  `.length
      const note = cut(noteOf(run), Math.max(MIN_NOTE, columns - taken - 1))
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

/**
 * Creates a function that returns why a run waits, or that it no longer does, whenever that has changed. It
 * is a line of its own, because it does not fit beside the bar.
 */
function createChangeCheck(): (run: Run, fault?: WorkFault) => string | null {
  let last: string | null = null
  return (run, fault) => {
    const reason = run.paused?.stopped
      ? `Sending is ${pauseOf(run)}. The run waits until sending resumes.`
      : fault && !isFinished(run)
        ? cleanText(`Emails do not go out: ${fault.found} (${fault.fix}). The run waits.`, 1_000)
        : null
    if (reason === last) return null
    last = reason
    return reason ?? (isFinished(run) ? null : 'Sending has resumed.')
  }
}

function noteOf(run: Run): string {
  if (run.paused?.stopped) return 'sending is stopped'
  return run.paused ? pauseOf(run) : `${run.counts.scanned} scanned`
}

/** Cleans the reason, which may quote the provider. */
function pauseOf({ paused }: Run): string {
  return paused ? cleanText(describePause(paused), 1_000) : ''
}

function lines(stream: NodeJS.WriteStream): Progress {
  const hasChanged = createChangeCheck()
  let last = ''
  return {
    show(run, fault) {
      const reason = hasChanged(run, fault)
      if (reason !== null) stream.write(`${reason}\n`)
      const { scanned, due } = run.counts
      const pause = run.paused ? `, ${run.paused.stopped ? 'stopped' : pauseOf(run)}` : ''
      const text = `${run.status}: ${scanned} scanned, ${countEnded(run)} of ${due} due done${pause}`
      if (text !== last) stream.write(`${text}\n`)
      last = text
    },
    end() {},
  }
}
