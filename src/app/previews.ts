import type { Config } from '../config/config.ts'
import type { Renderer } from '../core/render/digest.ts'
import type { Database } from '../db/client/connect.ts'
import { judgePerson } from '../db/explain/evaluate-user.ts'
import { makePreviews, type Previews, previewSender } from '../emails/preview/preview.ts'
import { makeSenderProfile } from './sender-profile.ts'

/** Previews for the API and the command line; without a database, of samples alone. */
export function previewsOf(
  config: Config,
  loadRenderer: () => Promise<Renderer>,
  db?: Database,
): Previews {
  return makePreviews({
    loadRenderer,
    sender: previewSender(makeSenderProfile(config), config.publicUrl),
    judge: async (userId, type) => {
      if (!db) throw new Error('a preview of a person needs the database')
      return judgePerson(db, userId, type, config)
    },
  })
}
