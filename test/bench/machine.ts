import { cpus, totalmem } from 'node:os'
import { findPackage } from '../../src/local/postgres/binaries.ts'

export interface Machine {
  cpu: string
  cores: string
  memory: string
  system: string
  node: string
  postgres: string
}

/** Describes the machine of the measurements. */
export async function describeMachine(): Promise<Machine> {
  const [first, ...others] = cpus()
  const { version } = await findPackage()
  return {
    cpu: first?.model.trim() || 'an unnamed processor',
    cores: `${others.length + 1} cores`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    system: `${process.platform} ${process.arch}`,
    node: `Node ${process.versions.node}`,
    postgres: `PostgreSQL ${version} (embedded)`,
  }
}
