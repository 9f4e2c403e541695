import type { Config } from '../config/config.ts'
import type { Timing } from '../config/timing.ts'
import type { PreferenceStore } from '../core/recipients/preferences.ts'
import type { Settings } from '../core/recipients/setting.ts'
import type { Renderer } from '../core/render/digest.ts'
import { watchRuns } from '../core/runs/watch-runs.ts'
import { createAuditStore } from '../db/audit/audit-store.ts'
import { listChanges } from '../db/changes/list-changes.ts'
import type { Database } from '../db/client/connect.ts'
import { createExplainStore } from '../db/explain/explain-store.ts'
import { changePreferences } from '../db/recipients/change-preferences.ts'
import { changeSetting } from '../db/recipients/change-setting.ts'
import { readPreferences } from '../db/recipients/read-preferences.ts'
import { readRecipient } from '../db/recipients/read-recipient.ts'
import { readSetting } from '../db/recipients/read-setting.ts'
import { countRefusedAddresses } from '../db/record/count-refused-addresses.ts'
import { listFailures } from '../db/record/list-failures.ts'
import type { RunStore } from '../db/runs/run-store.ts'
import { signLink, verifyLink } from '../http/recipient/link-token.ts'
import type { RecipientPagesOptions } from '../http/recipient/recipient-context.ts'
import type { ApiOptions } from '../http/server.ts'
import type { Metrics } from './metrics/metrics.ts'
import { previewsOf } from './previews.ts'
import { createSuppressions } from './suppressions.ts'
import { tokensOf } from './tokens.ts'

export interface ApiParts {
  config: Config
  db: Database
  runs: RunStore
  timing: Timing
  loadRenderer: () => Promise<Renderer>
  metrics: Pick<Metrics, 'countOptOut'>
}

/** Creates the dependencies of the API's routes and the recipients' pages. */
export function createApi({
  config,
  db,
  runs,
  timing,
  loadRenderer,
  metrics,
}: ApiParts): ApiOptions {
  const settings: Settings = {
    find: userId => readSetting(db, userId),
    change: async (userId, enabled, by) => {
      const setting = await changeSetting(db, userId, enabled, by)
      if (setting && !enabled) metrics.countOptOut()
      return setting
    },
  }
  const preferences: PreferenceStore = {
    find: userId => readPreferences(db, userId),
    change: (userId, changes, by) => changePreferences(db, userId, changes, by),
  }
  return {
    runs,
    watch: watchRuns(runs, timing.watchEvery),
    audit: createAuditStore(db),
    failures: {
      listFailures: (runId, limit) => listFailures(db, runId, limit),
      countRefusedAddresses: runId => countRefusedAddresses(db, runId),
    },
    shadow: config.shadow,
    tokens: tokensOf(config),
    cronTimeout: timing.cronTimeout,
    settings,
    preferences,
    suppressions: createSuppressions(config, db),
    changes: { list: (filter, limit, after) => listChanges(db, filter, limit, after) },
    ...createExplainStore(db, config.rules),
    previews: previewsOf(config, loadRenderer, db),
    recipientPages: createRecipientPages(config, db, { settings, preferences }),
  }
}

function createRecipientPages(
  config: Config,
  db: Database,
  stores: { settings: Settings; preferences: PreferenceStore },
): RecipientPagesOptions {
  return {
    app: { name: config.appName, url: config.appUrl, color: config.brand.color },
    rules: config.rules,
    links: {
      sign: (purpose, userId) => signLink(config.linkSecrets, purpose, userId),
      verify: (purpose, token) => verifyLink(config.linkSecrets, purpose, token),
      ...stores,
      recipientStore: { find: userId => readRecipient(db, userId, config.localeColumn) },
      locale: config.locale,
    },
  }
}
