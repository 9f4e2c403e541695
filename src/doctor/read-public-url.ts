import type { PublicReading } from './public-url.ts'

const MAX_ANSWER = 1_000

/** Requests the health route at PUBLIC_URL, where a recipient's browser would go. */
export async function readPublicUrl(url: string, signal: AbortSignal): Promise<PublicReading> {
  try {
    const response = await fetch(`${url}/health/live`, { redirect: 'manual', signal })
    const text = await readBeginning(response)
    if (response.status === 200 && isAlive(text)) return { kind: 'tidings' }
    return { kind: 'another', status: response.status }
  } catch (error) {
    return { kind: 'no_response', why: whyOf(error as Error) }
  }
}

/** Reads only the beginning, because an unknown server may never end its answer. */
async function readBeginning({ body }: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  // Breaking out of the loop cancels the rest of the body.
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    if (text.length > MAX_ANSWER) break
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
  // The message quotes the URL, which may hold a password.
  return cause?.code ?? error.name
}
