import type { Config } from '../config/config.ts'
import type { Renderer } from '../core/render/digest.ts'
import type { Database } from '../db/client/connect.ts'
import { evaluateUser } from '../db/explain/evaluate-user.ts'
import { createPreviews, type Previews, previewSender } from '../emails/preview/preview.ts'
import { createSenderProfile } from './sender-profile.ts'

/** Previews for the API and the command line. Without a database, only of samples. */
export function previewsOf(
  config: Config,
  loadRenderer: () => Promise<Renderer>,
  db?: Database,
): Previews {
  return createPreviews({
    loadRenderer,
    sender: previewSender(createSenderProfile(config), config.publicUrl),
    evaluate: async (userId, type) => {
      if (!db) throw new Error('a preview for a user needs the database')
      return evaluateUser(db, userId, type, config)
    },
  })
}
