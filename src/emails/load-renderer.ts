import type { Renderer } from '../core/render/digest.ts'

/**
 * Loads the templates, where they are first needed: they cost some 12 MB. React decides
 * by NODE_ENV, as it is read, whether to be its development build, which writes the same bytes at a
 * third of the speed.
 */
export function loadRenderer(): Promise<Renderer> {
  loading ??= load()
  return loading
}

let loading: Promise<Renderer> | undefined

async function load(): Promise<Renderer> {
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  try {
    const { createRenderer } = await import('./renderer.tsx')
    return createRenderer()
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = NODE_ENV
  }
}
