import type { Renderer } from '../core/render/digest.ts'

/**
 * Makes a function that loads the templates once, when they are first needed: they cost some 12 MB. Which
 * build of React is loaded hardly matters: it runs once for each template, not for each email.
 */
export function createRendererLoader(): () => Promise<Renderer> {
  let loading: Promise<Renderer> | undefined
  return () => {
    loading ??= import('./renderer.tsx').then(({ createRenderer }) => createRenderer())
    return loading
  }
}
