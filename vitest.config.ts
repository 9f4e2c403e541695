import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const atRest = ['test/architecture/**/*.test.ts', 'test/deploy/**/*.test.ts']

export default defineConfig({
  test: {
    // Tests wait for databases and processes far longer than they compute: by default two cores get
    // one worker, and stand idle.
    maxWorkers: Math.max(3, availableParallelism()),
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        // What a look at the files can tell: no database, so `npm run check` has it too.
        test: { name: 'house', include: atRest, testTimeout: 30_000 },
      },
      {
        // As tsc compiles it: the service runs React's production build, which lacks the other runtime.
        oxc: { jsx: { runtime: 'automatic', development: false } },
        test: {
          name: 'service',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: atRest,
          // A worker loads the service once, not once a file.
          isolate: false,
          restoreMocks: true,
          globalSetup: './test/support/template-database.ts',
          // Where a machine is busy, starting a process takes many times what it takes otherwise.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
