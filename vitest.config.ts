import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const staticTests = ['test/architecture/**/*.test.ts', 'test/deploy/**/*.test.ts']

export default defineConfig({
  test: {
    // Tests wait for databases and processes more than they compute, so two cores can do with three workers.
    maxWorkers: Math.max(3, availableParallelism()),
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        // These tests only read files, so `npm run check` runs them too.
        test: { name: 'static', include: staticTests, testTimeout: 30_000 },
      },
      {
        // React's production build, which the service runs, lacks the development runtime.
        oxc: { jsx: { runtime: 'automatic', development: false } },
        test: {
          name: 'service',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: staticTests,
          // A worker loads the service once, not once a file.
          isolate: false,
          restoreMocks: true,
          globalSetup: './test/support/template-database.ts',
          // On a busy machine, starting a process takes many times as long.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
