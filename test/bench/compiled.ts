/**
 * Imports a compiled module of the service from `dist`, which `bench.ts` builds. Node could run our
 * TypeScript itself, but not the JSX.
 */
export function compiled<T>(path: string): Promise<T> {
  return import(new URL(`../../dist/${path}`, import.meta.url).href)
}
