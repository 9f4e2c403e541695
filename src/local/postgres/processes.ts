import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Identifies a process by pid and start time, since a later process may get the same pid. Undefined if it
 * does not exist, and for a zombie, which may stay forever in a container without an init.
 */
export function fingerprintOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const stat = readProc(pid, 'stat')
    // The name is in parentheses and may contain any character, so count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, started] = [fields[0], fields[19]]
    return started === undefined || state === 'Z' || state === 'X' ? undefined : `${pid} ${started}`
  }
  const line = ps(pid, ['-o', 'stat=', '-o', 'lstart='])
  return line === '' || line.startsWith('Z') ? undefined : `${pid} ${line.replace(/^\S+\s+/, '')}`
}

/** Whether the process with this fingerprint still runs. */
export function isAlive(fingerprint: string): boolean {
  const pid = Number.parseInt(fingerprint, 10)
  return pid > 0 && fingerprintOf(pid) === fingerprint
}

/** Whether a live process was started with this argument. */
export function hasArgument(pid: number, argument: string): boolean {
  if (fingerprintOf(pid) === undefined) return false
  // Unlike the working directory, the command line is readable in containers without ptrace.
  if (process.platform === 'linux') return readProc(pid, 'cmdline').split('\0').includes(argument)
  return ps(pid, ['-ww', '-o', 'command=']).includes(argument)
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

function ps(pid: number, columns: string[]): string {
  try {
    // A fixed time zone, so that the start time does not change with daylight saving.
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
    return execFileSync('ps', [...columns, '-p', String(pid)], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return ''
  }
}
