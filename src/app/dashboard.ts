import { join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import { describeGuards } from '../config/delivery-guards.ts'
import type { Activity } from '../core/activity.ts'
import { watchRuns } from '../core/runs/watch-runs.ts'
import { createAuditStore } from '../db/audit/audit-store.ts'
import { readStats } from '../db/audit/stats.ts'
import type { Database } from '../db/client/connect.ts'
import { findUser } from '../db/recipients/find-user.ts'
import { searchUsers } from '../db/recipients/search-users.ts'
import { findLastDryRun } from '../db/runs/last-dry-run.ts'
import { listRunErrors } from '../db/runs/list-run-errors.ts'
import { readWorkHealth } from '../db/runs/read-work-health.ts'
import { countReputation } from '../db/send/count-reputation.ts'
import { readProviderAccount } from '../db/send/read-provider-account.ts'
import { readWaiting } from '../db/send/read-waiting.ts'
import { resumeSending } from '../db/send/resume-sending.ts'
import { closeSession, findSession, openSession } from '../db/sessions/sessions.ts'
import { coalesce } from '../http/coalesce.ts'
import { dashboard } from '../http/dashboard/dashboard.ts'
import type { DashboardOptions } from '../http/dashboard/options.ts'
import type { SignInLinks } from '../http/dashboard/sign-in-links.ts'
import type { ApiOptions } from '../http/server.ts'
import type { ApiParts } from './api.ts'
import { ACCOUNT } from './circuit-log.ts'
import { guardedDeployment } from './deployment.ts'
import { runDoctor } from './doctor.ts'

export interface DashboardParts extends ApiParts {
  api: ApiOptions
  /** Contains the local state. */
  directory: string
  hasMailbox: boolean
  signInLinks: SignInLinks | undefined
  databaseUrl: string
}

/** How long the figures of the last hours are kept; they are also kept 20 times as long as they took. */
const ACTIVITY_MS = 2_000
const HOUR_MS = 3_600_000
const HOURS = 24

export function createDashboard(parts: DashboardParts): FastifyPluginAsync {
  const { config, db, runs, timing, databaseUrl, directory, hasMailbox, signInLinks, api } = parts
  const deployment = guardedDeployment(config)
  const findDetailed = async (id: string) => {
    const [run, errors] = await Promise.all([runs.find(id), listRunErrors(db, id)])
    return run && { ...run, errors }
  }
  const options: DashboardOptions = {
    appName: config.appName,
    apiTokens: config.apiTokens,
    readTokens: config.readTokens,
    sessions: {
      open: (id, endsAt) => openSession(db, id, endsAt),
      find: id => findSession(db, id),
      close: id => closeSession(db, id),
    },
    publicUrl: config.publicUrl,
    tokenFile: config.production ? null : join(directory, 'secrets.json'),
    hasMailbox,
    guards: describeGuards(config),
    signInLinks,
    schedule: { cron: config.schedule, timeZone: config.scheduleTimeZone },
    rateLimit: config.rateLimit,
    rateHeadroom: config.rateHeadroom,
    shadow: config.shadow,
    runs,
    lastDryRun: () => findLastDryRun(db),
    watch: watchRuns({ find: findDetailed }, timing.watchEvery),
    listRunErrors: runId => listRunErrors(db, runId),
    account: {
      read: () => readProviderAccount(db, ACCOUNT, deployment),
      resume: () => resumeSending(db, ACCOUNT, 'dashboard'),
    },
    readWorkHealth: () => readWorkHealth(db),
    readActivity: coalesce(() => readActivity(db), ACTIVITY_MS, 20),
    runDoctor: onProgress => runDoctor(config, databaseUrl, onProgress),
    audit: createAuditStore(db),
    explain: { explain: api.explain },
    settings: api.settings,
    suppressions: api.suppressions,
    users: {
      search: (text, limit) => searchUsers(db, text, limit),
      find: userId => findUser(db, userId),
    },
  }
  return server => dashboard(server, options)
}

/** The last 24 hours, of which the current one has not ended. */
async function readActivity(db: Database): Promise<Activity> {
  const to = new Date((Math.floor(Date.now() / HOUR_MS) + 1) * HOUR_MS)
  const from = new Date(to.getTime() - HOURS * HOUR_MS)
  const [stats, waiting, reputation] = await Promise.all([
    readStats(db, { from, to, by: 'hour' }),
    readWaiting(db),
    countReputation(db, ACCOUNT),
  ])
  return { stats, waiting, reputation }
}
