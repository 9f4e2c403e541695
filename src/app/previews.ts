import type { Config } from '../config/config.ts'
import type { Database } from '../db/connect.ts'
import { judgePerson } from '../db/preview/judge-person.ts'
import { loadRenderer } from '../emails/load-renderer.ts'
import { makePreviews, type Previews, previewLetterhead } from '../preview/preview.ts'
import { makeLetterhead } from './letterhead.ts'

/** Previews for the API and the command line; without a database, of samples alone. */
export function previewsOf(config: Config, db?: Database): Previews {
  return makePreviews({
    loadRenderer,
    letterhead: previewLetterhead(makeLetterhead(config), config.publicUrl),
    judge: async (userId, type) => {
      if (!db) throw new Error('a preview of a person needs the database')
      return judgePerson(db, userId, type, config)
    },
  })
}
