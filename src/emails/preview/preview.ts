import {
  type DueUser,
  type SenderProfile,
  type WireEmail,
  wireEmail,
} from '../../core/claim/build-batch-request.ts'
import type { EmailType } from '../../core/email-type.ts'
import type { Renderer } from '../../core/render/digest.ts'
import type { Verdict } from '../../core/scan/rules.ts'
import { sampleUser } from './sample.ts'
import { type SampleName, samples } from './samples.ts'

/** An email to look at: a person's, or a sample's where no person is named. */
export interface PreviewRequest {
  type: EmailType
  userId?: string | undefined
  /** `many` where nothing is said. */
  sample?: SampleName | undefined
}

export type Preview =
  | { email: WireEmail }
  /** Nobody of this id, or the reason why this person would get nothing now. */
  | { notDue: Exclude<Verdict, 'due'> }

export interface Previews {
  preview(request: PreviewRequest): Promise<Preview>
}

/** Asks the rules, as the claim does, and locks and writes nothing. */
export type EvaluateUser = (
  userId: string,
  emailType: EmailType,
) => Promise<{ due: DueUser } | { notDue: Exclude<Verdict, 'due'> }>

export interface PreviewParts {
  /** The templates are loaded when the first preview is asked for. */
  loadRenderer: () => Promise<Renderer>
  /** Has to be one whose links work for nobody: see `previewSender`. */
  sender: SenderProfile
  evaluate: EvaluateUser
  now?: () => Date
}

/** Stands where a delivery's id would: a preview is not one, and none will have this id. */
const NO_DELIVERY = '00000000-0000-4000-8000-000000000000'

/**
 * Makes the email that would go out, with the function that makes those that do. Throws when it
 * cannot be rendered.
 */
export function createPreviews(parts: PreviewParts): Previews {
  const { loadRenderer, sender, evaluate: judge, now = () => new Date() } = parts
  return {
    async preview({ type, userId, sample = 'many' }) {
      const found = userId
        ? await judge(userId, type)
        : { due: sampleUser(samples[sample], type, now()) }
      if ('notDue' in found) return found
      const renderer = await loadRenderer()
      const email = wireEmail(renderer, sender, type, found.due, NO_DELIVERY)
      return { email: { ...email, html: String(email.html) } }
    },
  }
}

/**
 * A sender for previews. Its links lead to the pages that say that a link does not work: who
 * forwards a preview, or has it scanned on its way, switches nobody's emails off.
 */
export function previewSender(sender: SenderProfile, publicUrl: string): SenderProfile {
  return {
    ...sender,
    unsubscribeUrl: () => `${publicUrl}/unsubscribe/preview`,
    preferencesUrl: () => `${publicUrl}/preferences/preview`,
  }
}
