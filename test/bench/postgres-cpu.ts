import { readdirSync, readFileSync } from 'node:fs'
import type postgres from 'postgres'

/** Linux reports processor time in hundredths of a second. */
const TICK_MS = 10

/**
 * The processor time of a PostgreSQL on this machine so far, in milliseconds, including exited processes.
 * Undefined on systems other than Linux.
 */
export async function postgresCpuMs(sql: postgres.Sql): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined
  const [own] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
  const postmaster = readStat(own?.pid ?? 0)?.parent
  let ticks = 0
  for (const name of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const stat = readStat(Number(name))
    if (stat && stat.parent === postmaster) ticks += stat.own
    if (stat && Number(name) === postmaster) ticks += stat.own + stat.ended
  }
  return ticks * TICK_MS
}

/** Reads `proc_pid_stat(5)`; undefined if the process has exited. */
function readStat(pid: number): { parent: number; own: number; ended: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The fields (state, ppid, …) follow the name, which may contain any character.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const field = (number: number) => Number(fields[number - 3])
    return { parent: field(4), own: field(14) + field(15), ended: field(16) + field(17) }
  } catch {
    return undefined
  }
}
