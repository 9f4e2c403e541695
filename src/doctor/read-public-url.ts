import type { PublicReading } from './public-url.ts'

const LONGEST_ANSWER = 1_000

/** Asks the service's own address for a sign of life, as a recipient's browser would get there. */
export async function readPublicUrl(url: string, signal: AbortSignal): Promise<PublicReading> {
  try {
    const response = await fetch(`${url}/health/live`, { redirect: 'manual', signal })
    const text = await readBeginning(response)
    if (response.status === 200 && isAlive(text)) return { kind: 'tidings' }
    return { kind: 'another', status: response.status }
  } catch (error) {
    return { kind: 'silent', why: whyOf(error as Error) }
  }
}

/** Whatever stands there may answer without an end. */
async function readBeginning({ body }: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  // Leaving the loop cancels what is still to come.
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    if (text.length > LONGEST_ANSWER) break
  }
  return text
}

function isAlive(text: string): boolean {
  try {
    return (JSON.parse(text) as { status?: unknown } | null)?.status === 'ok'
  } catch {
    return false
  }
}

function whyOf(error: Error): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time'
  const cause = error.cause as { code?: string } | undefined
  // Messages quote the address, and with it what may stand before its @.
  return cause?.code ?? error.name
}
