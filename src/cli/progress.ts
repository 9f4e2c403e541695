import { Presets, SingleBar } from 'cli-progress'
import { describePause } from '../core/send/provider-account.ts'
import { countEnded, type Run } from '../core/trigger/run.ts'

export interface Progress {
  show(run: Run): void
  end(): void
}

/** A bar on a terminal; elsewhere a plain line whenever the figures have changed. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? bar(stream) : lines(stream)
}

function bar(stream: NodeJS.WriteStream): Progress {
  const line = new SingleBar(
    {
      stream,
      format: '  {bar} {percentage}%  {value} of {total} due  {note}',
      hideCursor: true,
      clearOnComplete: false,
    },
    Presets.shades_classic,
  )
  let started = false
  return {
    show(run) {
      // Before anybody is found due there is nothing to be all of.
      const due = run.status === 'completed' ? run.counts.due : Math.max(1, run.counts.due)
      const note = run.paused ? describePause(run.paused) : `${run.counts.scanned} looked at`
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

function lines(stream: NodeJS.WriteStream): Progress {
  let last = ''
  return {
    show(run) {
      const { scanned, due } = run.counts
      const waits = run.paused ? `, ${describePause(run.paused)}` : ''
      const text = `${run.status}: ${scanned} looked at, ${countEnded(run)} of ${due} due done${waits}`
      if (text !== last) stream.write(`${text}\n`)
      last = text
    },
    end() {},
  }
}
