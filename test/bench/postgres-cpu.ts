import { readdirSync, readFileSync } from 'node:fs'
import type postgres from 'postgres'

/** Linux tells processor time in hundredths of a second, whatever the kernel counts in. */
const TICK_MS = 10

/**
 * Processor time in milliseconds that a PostgreSQL on this machine has used so far, with all its
 * processes, the ended ones too. Only where there is a `/proc`, so Linux; else undefined.
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

/** `proc_pid_stat(5)`; nothing of a process that has ended meanwhile. */
function readStat(pid: number): { parent: number; own: number; ended: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Behind the name, which may hold anything: state, ppid, and so on.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const field = (number: number) => Number(fields[number - 3])
    return { parent: field(4), own: field(14) + field(15), ended: field(16) + field(17) }
  } catch {
    return undefined
  }
}
