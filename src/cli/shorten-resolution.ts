import * as nodeModule from 'node:module'

/** Its package.json has 447 exports and 179 KB (0.45.4). */
const INSIDE = '/node_modules/drizzle-orm/'
const NAME = /^drizzle-orm(\/|$)/

/**
 * Spares the loading of Drizzle most of its time and memory. At each import of one of its files, and of
 * one file by another, Node reads the package's whole list of exports again: a few hundred times 179 KB,
 * which took half a second and left 300 MB of memory to be collected. What an import leads to is the
 * same as without this; where Node has no such hooks, nothing happens.
 *
 * To be called before anything imports Drizzle.
 */
export function shortenResolution(): void {
  const found = new Map<string, nodeModule.ResolveFnOutput>()
  nodeModule.registerHooks?.({
    resolve(specifier, context, resolve) {
      const { parentURL } = context
      if (specifier.startsWith('./') || specifier.startsWith('../')) {
        // Within the package a relative import names a file, and every file that ends in .js is a module.
        if (parentURL?.includes(INSIDE) && specifier.endsWith('.js')) {
          return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true }
        }
      } else if (NAME.test(specifier)) {
        // An import and a `require` of one name lead to different files.
        const asked = [specifier, ...context.conditions].join()
        const known = found.get(asked) ?? resolve(specifier, context)
        found.set(asked, known)
        return { ...known, shortCircuit: true }
      }
      return resolve(specifier, context)
    },
  })
}
