import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * A pid together with when its process began, so that a later process which was given the same pid
 * is not taken for it. Undefined for a process that is gone, and for a zombie: nothing may ever
 * reap an orphan where a container has no init.
 */
export function fingerprintOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const stat = readProc(pid, 'stat')
    // The name stands in brackets and may hold anything, so count from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, started] = [fields[0], fields[19]]
    return started === undefined || state === 'Z' || state === 'X' ? undefined : `${pid} ${started}`
  }
  const line = ps(pid, ['-o', 'stat=', '-o', 'lstart='])
  return line === '' || line.startsWith('Z') ? undefined : `${pid} ${line.replace(/^\S+\s+/, '')}`
}

/** Whether the process of a mark made by `fingerprintOf` is still running. */
export function isAlive(mark: string): boolean {
  const pid = Number.parseInt(mark, 10)
  return pid > 0 && fingerprintOf(pid) === mark
}

/** Whether a live process was started with this argument. */
export function hasArgument(pid: number, argument: string): boolean {
  if (fingerprintOf(pid) === undefined) return false
  // The command line is readable where the working directory is not (no ptrace in containers).
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
    // A fixed zone: the printed start must not move with daylight saving.
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
