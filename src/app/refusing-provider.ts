import type { Provider } from '../core/provider.ts'

/** In the provider's place in shadow: nobody is to come this far, and no request leaves if somebody does. */
export const refusingProvider: Provider = {
  send: refuse,
  probe: refuse,
}

async function refuse(): Promise<never> {
  throw new Error('the service is in shadow (SHADOW=true) and sends nothing')
}
