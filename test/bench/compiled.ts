/**
 * A module of the service as it is shipped: from `dist`, which `bench.ts` has built. Node runs our
 * TypeScript as it stands, but not its JSX.
 */
export function compiled<T>(path: string): Promise<T> {
  return import(new URL(`../../dist/${path}`, import.meta.url).href)
}
