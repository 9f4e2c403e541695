import { Presets, SingleBar } from 'cli-progress'
import stringWidth from 'string-width'
import { cleanText, withoutControls } from '../core/render/clean-text.ts'
import type { Step } from '../db/migrate/step.ts'
import { cut } from './wrap.ts'

export interface StepProgress {
  show(step: Step): void
  /** Another process holds the migration lock. */
  waits(): void
  end(): void
}

/** Shows a bar for each long step on a terminal; otherwise prints a line every few seconds. */
export function createStepProgress(stream: NodeJS.WriteStream): StepProgress {
  const waits = () => {
    stream.write('another process is changing this database’s schema; waiting for it to end\n')
  }
  return { ...(stream.isTTY ? bars(stream) : lines(stream)), waits }
}

const TEXT_WIDTH = 9
const MAX_BAR = 40
const MIN_BAR = 10

function bars(stream: NodeJS.WriteStream): Omit<StepProgress, 'waits'> {
  const columns = stream.columns || 80
  let bar: SingleBar | undefined
  let what = ''
  const end = () => bar?.stop()
  return {
    show(step) {
      // The step may name tables of the host.
      const text = cleanText(`${step.what}  ${step.phase ?? ''}`, 200)
      const barsize = Math.max(MIN_BAR, Math.min(MAX_BAR, columns - TEXT_WIDTH - stringWidth(text)))
      const payload = { text: cut(text, columns - TEXT_WIDTH - barsize) }
      // PostgreSQL's estimate of the total may be too low.
      const total = Math.max(step.total, step.done, 1)
      if (step.what !== what) {
        end()
        const format = '  {bar} {percentage}%  {text}'
        bar = new SingleBar({ stream, format, hideCursor: true, barsize }, Presets.shades_classic)
        bar.start(total, step.done, payload)
        what = step.what
        return
      }
      bar?.setTotal(total)
      bar?.update(step.done, payload)
    },
    end,
  }
}

/** The time between two lines of one step. */
const LINE_EVERY_MS = 5_000

function lines(stream: NodeJS.WriteStream): Omit<StepProgress, 'waits'> {
  let what = ''
  let writtenAt = 0
  return {
    show(step) {
      const isNew = step.what !== what
      if (!isNew && performance.now() - writtenAt < LINE_EVERY_MS) return
      const total = step.total > 0 ? ` of ${Math.max(step.total, step.done)}` : ''
      const figures = step.done > 0 || total ? `: ${step.done}${total}` : ''
      const phase = step.phase ? ` (${step.phase})` : ''
      stream.write(`${withoutControls(step.what + figures + phase)}\n`)
      what = step.what
      writtenAt = performance.now()
    },
    end() {},
  }
}
