import type { Renderer } from '../core/render/digest.ts'

/**
 * Creates a function that loads the templates, about 12 MB, when they are first needed. The choice of
 * React's build hardly matters, because React runs once per template and not per email.
 */
export function createRendererLoader(): () => Promise<Renderer> {
  let loading: Promise<Renderer> | undefined
  return () => {
    loading ??= import('./renderer.tsx').then(({ createRenderer }) => createRenderer())
    return loading
  }
}
