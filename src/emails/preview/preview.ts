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

/** Requests the email of a user, or of a sample if there is no user id. */
export interface PreviewRequest {
  type: EmailType
  userId?: string | undefined
  /** Default: `many`. */
  sample?: SampleName | undefined
}

export type Preview =
  | { email: WireEmail }
  /** Why the user would get no email now; `unknown_user` if there is no such user. */
  | { notDue: Exclude<Verdict, 'due'> }

export interface Previews {
  preview(request: PreviewRequest): Promise<Preview>
}

/** Evaluates the same rules as the claim, without locks and writes. */
export type EvaluateUser = (
  userId: string,
  emailType: EmailType,
) => Promise<{ due: DueUser } | { notDue: Exclude<Verdict, 'due'> }>

export interface PreviewParts {
  /** Called for each preview; loads the templates on the first call. */
  loadRenderer: () => Promise<Renderer>
  /** Must be one without working links, from `previewSender`. */
  sender: SenderProfile
  evaluate: EvaluateUser
  now?: () => Date
}

/** Used instead of a delivery's id. No delivery ever has this id. */
const NO_DELIVERY = '00000000-0000-4000-8000-000000000000'

/**
 * Creates previews with the same function that renders the emails that are sent. Throws if an email cannot
 * be rendered.
 */
export function createPreviews(parts: PreviewParts): Previews {
  const { loadRenderer, sender, evaluate, now = () => new Date() } = parts
  return {
    async preview({ type, userId, sample = 'many' }) {
      const found = userId
        ? await evaluate(userId, type)
        : { due: sampleUser(samples[sample], type, now()) }
      if ('notDue' in found) return found
      const renderer = await loadRenderer()
      const email = wireEmail(renderer, sender, type, found.due, NO_DELIVERY)
      return { email: { ...email, html: String(email.html) } }
    },
  }
}

/**
 * A sender for previews with invalid unsubscribe links, so that no emails are turned off if a preview is
 * forwarded or scanned.
 */
export function previewSender(sender: SenderProfile, publicUrl: string): SenderProfile {
  return {
    ...sender,
    unsubscribeUrl: () => `${publicUrl}/unsubscribe/preview`,
    preferencesUrl: () => `${publicUrl}/preferences/preview`,
  }
}
