import type { Reporter, TestModule } from 'vitest/node'

/** Ends the run with one line that a script can read: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1
      // A file that could not even be loaded has no test to fail.
      if (module.errors().length > 0) count.failed += 1
    }
    const skipped = count.skipped + count.pending
    console.log(
      `${count.passed} passed, ${count.failed + errors.length} failed` +
        (skipped > 0 ? `, ${skipped} skipped` : ''),
    )
  }
}
