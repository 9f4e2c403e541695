import type { FastifyRequest } from 'fastify'
import type { DashboardOptions } from './options.ts'
import type { Frame } from './pages/frame.ts'
import type { Session, Sessions } from './session.ts'

/** What every page's routes need. */
export interface DashboardContext {
  options: DashboardOptions
  frame: Frame
  sessions: Sessions
  /** The session of a request that has come past the door. */
  sessionOf(request: FastifyRequest): Session
  /** Aborts when the server stops. */
  stopping: AbortSignal
}
