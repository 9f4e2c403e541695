// Loaded first (`--import`); prints the loaded and resolved modules as JSON when the process exits.
import { registerHooks } from 'node:module'

const loaded = new Set<string>()
const resolved: string[] = []
registerHooks({
  resolve(specifier, context, resolve) {
    const found = resolve(specifier, context)
    if (found.url.includes('/drizzle-orm/')) resolved.push(specifier)
    return found
  },
  load(url, context, load) {
    loaded.add(url)
    return load(url, context)
  },
})
process.on('exit', () => console.log(JSON.stringify({ loaded: [...loaded].sort(), resolved })))
