import { join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import { describeGuards } from '../config/delivery-guards.ts'
import { createAuditStore } from '../db/audit/audit-store.ts'
import { findUser } from '../db/recipients/find-user.ts'
import { searchUsers } from '../db/recipients/search-users.ts'
import { findLastDryRun } from '../db/runs/last-dry-run.ts'
import { readWorkHealth } from '../db/runs/read-work-health.ts'
import { readProviderAccount } from '../db/send/read-provider-account.ts'
import { resumeSending } from '../db/send/resume-sending.ts'
import { closeSession, findSession, openSession } from '../db/sessions/sessions.ts'
import { dashboard } from '../http/dashboard/dashboard.ts'
import type { DashboardOptions } from '../http/dashboard/options.ts'
import type { SignInLinks } from '../http/dashboard/sign-in-links.ts'
import type { ApiOptions } from '../http/server.ts'
import type { ApiParts } from './api.ts'
import { ACCOUNT } from './circuit-log.ts'
import { guardedDeployment } from './deployment.ts'

export interface DashboardParts extends ApiParts {
  api: ApiOptions
  /** Contains the local state. */
  directory: string
  hasMailbox: boolean
  signInLinks: SignInLinks | undefined
}

export function createDashboard(parts: DashboardParts): FastifyPluginAsync {
  const { config, db, runs, api, directory, hasMailbox, signInLinks } = parts
  const deployment = guardedDeployment(config)
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
    watch: api.watch,
    account: {
      read: () => readProviderAccount(db, ACCOUNT, deployment),
      resume: () => resumeSending(db, ACCOUNT, 'dashboard'),
    },
    readWorkHealth: () => readWorkHealth(db),
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
