import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Runs the example test, which `skipping.test.ts` starts with and without CI. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.example.ts'],
    reporters: [fileURLToPath(new URL('../closing-line.ts', import.meta.url))],
  },
})
