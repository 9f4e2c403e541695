import { type Answer, refusal } from './answers.ts'

/**
 * Any key opens the mailbox, except two that stand for keys that went wrong: `re_revoked` opens
 * nothing, `re_restricted` only sends.
 * @returns the refusal, or undefined when the call may go on
 */
export function refuseKey(
  authorization: string | undefined,
  wants: 'send' | 'read',
): Answer | undefined {
  const key = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1]
  if (key === undefined) {
    return refusal(401, 'missing_api_key', 'Missing API key in the authorization header.')
  }
  if (key === 're_revoked') return refusal(403, 'invalid_api_key', 'API key is invalid.')
  if (key === 're_restricted' && wants === 'read') {
    return refusal(401, 'restricted_api_key', 'This API key is restricted to only send emails.')
  }
  return undefined
}
