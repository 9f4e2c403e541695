import type { Reporter, TestModule } from 'vitest/node'
import { debianPackages, type Tool, toolInNote } from './tools.ts'

/**
 * Ends the run with a machine-readable line, `N passed, N failed, N skipped`, and with the packages to
 * install for the skipped tests. In CI a skipped test fails the run.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    const needed = new Map<Tool, number>()
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result()
        count[result.state] += 1
        const tool = result.state === 'skipped' ? toolInNote(result.note) : undefined
        if (tool) needed.set(tool, (needed.get(tool) ?? 0) + 1)
      }
      // A file that failed to load has no tests, so count the file.
      if (module.errors().length > 0) count.failed += 1
    }
    const skipped = count.skipped + count.pending
    console.log(
      `${count.passed} passed, ${count.failed + errors.length} failed` +
        (skipped > 0 ? `, ${skipped} skipped` : ''),
    )
    for (const [tool, tests] of needed) console.log(`Skipped without ${tool}: ${tests}`)
    if (needed.size > 0) {
      const packages = [...needed.keys()].map(tool => debianPackages[tool])
      console.log(`To run them too: apt-get install ${packages.join(' ')}`)
    }
    if (skipped > 0 && process.env.CI) {
      console.log('CI must not skip a test')
      process.exitCode = 1
    }
  }
}
