import type { Activity } from '../../core/activity.ts'
import type { Audit } from '../../core/audit/audit.ts'
import type { Explain } from '../../core/explain/explanation.ts'
import type { ProviderAccountStore } from '../../core/provider-account.ts'
import type { Settings } from '../../core/recipients/setting.ts'
import type { Suppressions } from '../../core/recipients/suppression.ts'
import type { UserDirectory } from '../../core/recipients/user-directory.ts'
import type { Run, Runs } from '../../core/runs/run.ts'
import type { DetailedRun, RunErrors } from '../../core/runs/run-error.ts'
import type { RunWatch } from '../../core/runs/watch-runs.ts'
import type { WorkHealth } from '../../core/work-health.ts'
import type { RunList } from '../api/runs.ts'
import type { RunDoctor } from './doctor.ts'
import type { SessionStore } from './session.ts'
import type { SignInLinks } from './sign-in-links.ts'

/** What the dashboard needs. */
export interface DashboardOptions {
  /** The host application's name. */
  appName: string
  /** Tokens to sign in with. */
  apiTokens: string[]
  /** Tokens to sign in with for read-only access. */
  readTokens: string[]
  sessions: SessionStore
  /** The URL at which browsers reach this service. */
  publicUrl: string
  /** Only in the demo, where a one-time link signs in. */
  signInLinks?: SignInLinks | undefined
  /** The file that may contain a generated token; null in production. */
  tokenFile: string | null
  hasMailbox: boolean
  /** What keeps emails from users, a sentence each; shown on every page. */
  guards: string[]
  /** `cron` is null if runs start only by hand. */
  schedule: { cron: string | null; timeZone: string }
  /** Requests a second as configured; absent: learnt from the provider. */
  rateLimit: number | undefined
  /** The share of a learnt rate that is left to other applications. */
  rateHeadroom: number
  /** `SHADOW=true`: runs are planned and nothing is sent. */
  shadow: boolean
  runs: Runs & RunList
  /** The latest completed dry run over all users. */
  lastDryRun(): Promise<Run | null>
  /** Runs with their errors. */
  watch: RunWatch<DetailedRun>
  listRunErrors(runId: string): Promise<RunErrors>
  account: ProviderAccountStore
  readWorkHealth(): Promise<WorkHealth>
  /** What happened in the last hours; may be some seconds old. */
  readActivity(): Promise<Activity>
  runDoctor: RunDoctor
  audit: Audit
  explain: Explain
  settings: Settings
  suppressions: Suppressions
  users: UserDirectory
}
