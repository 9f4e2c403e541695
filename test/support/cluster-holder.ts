import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** Starts a process that holds a lease on the cluster of a folder; killed when the test ends. */
export function spawnHolder(directory: string) {
  const script = fileURLToPath(new URL('./hold-cluster.ts', import.meta.url))
  const child = spawn(process.execPath, [script, directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const reader = createInterface(child.stdout)
  reader.on('line', line => lines.push(line))

  return {
    lines,
    /** Resolves to the first line with this prefix. */
    async says(start: string): Promise<string> {
      for (;;) {
        const found = lines.find(line => line.startsWith(start))
        if (found) return found
        await Promise.race([
          once(reader, 'line'),
          exited.then(([code]) => Promise.reject(new Error(`exit ${code} before "${start}"`))),
        ])
      }
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await exited
    },
    /** Lets it stop its cluster. Resolves to its exit code. */
    async stop(): Promise<number> {
      child.stdin.end()
      return (await exited)[0]
    },
  }
}
