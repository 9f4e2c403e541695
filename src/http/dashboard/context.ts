import type { FastifyRequest } from 'fastify'
import type { DashboardOptions } from './options.ts'
import type { Frame } from './pages/frame.ts'
import type { SendingStateReader } from './sending-state.ts'
import type { Session, Sessions } from './session.ts'

/** What the routes of every page need. */
export interface DashboardContext {
  options: DashboardOptions
  frame: Frame
  sessions: Sessions
  /** The session of a request that passed the sign-in check. */
  sessionOf(request: FastifyRequest): Session
  sendingState: SendingStateReader
  /** Aborts when the server stops. */
  stopping: AbortSignal
}
