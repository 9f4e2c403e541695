import type { DashboardOptions } from './options.ts'
import type { Frame } from './pages/frame.ts'
import type { Sessions } from './session.ts'

/** What every page's routes need. */
export interface Parts {
  options: DashboardOptions
  frame: Frame
  sessions: Sessions
  /** Aborts when the server stops. */
  stopping: AbortSignal
}
