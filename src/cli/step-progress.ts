import { Presets, SingleBar } from 'cli-progress'
import type { Step } from '../db/adopt/step.ts'

export interface StepProgress {
  show(step: Step): void
  /** Another process is at it. */
  waits(): void
  end(): void
}

/** A bar for each long step on a terminal; elsewhere a plain line now and then. */
export function createStepProgress(stream: NodeJS.WriteStream): StepProgress {
  const waits = () => {
    stream.write('another process is at work on this database’s schema; waiting for its end\n')
  }
  return { ...(stream.isTTY ? bars(stream) : lines(stream)), waits }
}

function bars(stream: NodeJS.WriteStream): Omit<StepProgress, 'waits'> {
  let bar: SingleBar | undefined
  let what = ''
  const end = () => bar?.stop()
  return {
    show(step) {
      const note = step.phase ?? ''
      // An estimate may be too low.
      const total = Math.max(step.total, step.done, 1)
      if (step.what !== what) {
        end()
        const format = `  {bar} {percentage}%  ${step.what}  {note}`
        bar = new SingleBar({ stream, format, hideCursor: true }, Presets.shades_classic)
        bar.start(total, step.done, { note })
        what = step.what
        return
      }
      bar?.setTotal(total)
      bar?.update(step.done, { note })
    },
    end,
  }
}

/** How long a plain line stands before the next one of its step. */
const LINE_EVERY_MS = 5_000

function lines(stream: NodeJS.WriteStream): Omit<StepProgress, 'waits'> {
  let what = ''
  let writtenAt = 0
  return {
    show(step) {
      const isNew = step.what !== what
      if (!isNew && performance.now() - writtenAt < LINE_EVERY_MS) return
      const figures = step.done > 0 || step.total > 0 ? `: ${step.done} of ${step.total}` : ''
      stream.write(`${step.what}${figures}${step.phase ? ` (${step.phase})` : ''}\n`)
      what = step.what
      writtenAt = performance.now()
    },
    end() {},
  }
}
