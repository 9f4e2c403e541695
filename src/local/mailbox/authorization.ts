import { type Answer, refusal } from './answers.ts'

/**
 * Checks the API key. Every key is valid except `re_revoked`; `re_restricted` may only send.
 * @returns the refusal, or undefined if the key is valid
 */
export function refuseKey(
  authorization: string | undefined,
  access: 'send' | 'read',
): Answer | undefined {
  const key = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1]
  if (key === undefined) {
    return refusal(401, 'missing_api_key', 'Missing API key in the authorization header.')
  }
  if (key === 're_revoked') return refusal(403, 'invalid_api_key', 'API key is invalid.')
  if (key === 're_restricted' && access === 'read') {
    return refusal(401, 'restricted_api_key', 'This API key is restricted to only send emails.')
  }
  return undefined
}
