import type { Audit } from '../../core/audit/audit.ts'
import type { Explain } from '../../core/explain/explanation.ts'
import type { ProviderAccountStore } from '../../core/provider-account.ts'
import type { Settings } from '../../core/recipients/setting.ts'
import type { UserDirectory } from '../../core/recipients/user-directory.ts'
import type { Run, Runs } from '../../core/runs/run.ts'
import type { RunWatch } from '../../core/runs/watch-runs.ts'
import type { RunList } from '../api/runs.ts'
import type { SessionStore } from './session.ts'
import type { SignInLinks } from './sign-in-links.ts'

/** What the dashboard shows, and what it may do. */
export interface DashboardOptions {
  /** The host application's name. */
  appName: string
  /** What one signs in with. */
  apiTokens: string[]
  /** What one signs in with to look, and to change nothing. */
  readTokens: string[]
  /** Where sessions are kept. */
  sessions: SessionStore
  /** Where browsers reach this service. */
  publicUrl: string
  /** Absent but in the demo, where a link of one use signs in. */
  signInLinks?: SignInLinks | undefined
  /** The file that may hold a token made up for this machine; null in production. */
  tokenFile: string | null
  hasMailbox: boolean
  /** What keeps emails from users, a sentence each; shown on every page. */
  guards: string[]
  /** `cron` is null where nothing starts by itself. */
  schedule: { cron: string | null; timeZone: string }
  /** Requests a second as configured; absent: learnt. */
  rateLimit: number | undefined
  /** The share of a learnt rate that is left to others. */
  rateHeadroom: number
  /** Everything is planned and nothing is sent. */
  shadow: boolean
  runs: Runs & RunList
  /** The newest dry run over everybody that has completed. */
  lastDryRun(): Promise<Run | null>
  watch: RunWatch
  account: ProviderAccountStore
  audit: Audit
  explain: Explain
  settings: Settings
  people: UserDirectory
}
