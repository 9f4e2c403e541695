import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../support/random.ts'
import { type ServiceNode, startNode } from '../support/service-node.ts'

export interface Nodes {
  readonly kills: number
  /** Processes that exited without being killed after they had started to listen. */
  readonly deaths: number
  /** Kills a random process with SIGKILL; its supervisor restarts it. */
  kill(): Promise<void>
  startRun(type: string): Promise<boolean>
  stop(): Promise<void>
}

/** Runs this many service processes, and restarts each one when it exits. */
export function superviseNodes(
  count: number,
  databaseUrl: string,
  baseUrl: string,
  random: Random,
): Nodes {
  let kills = 0
  let deaths = 0
  let stopped = false
  const nodes: ServiceNode[] = []
  const killed = new WeakSet<ServiceNode>()

  const startAt = (index: number) => {
    const node = startNode(databaseUrl, baseUrl, { RATE_LIMIT: '40', SCHEDULE: '* * * * *' })
    nodes[index] = node
    let listened = false
    node.listening.then(
      () => (listened = true),
      () => {},
    )
    node.child.once('exit', async code => {
      if (stopped) return
      if (listened && !killed.has(node)) {
        deaths += 1
        console.error(
          `a process exited by itself (${code}):\n${node.lines().slice(-60).join('\n')}`,
        )
      }
      await delay(listened ? 50 : 500)
      if (!stopped) startAt(index)
    })
  }
  for (let index = 0; index < count; index++) startAt(index)

  return {
    get kills() {
      return kills
    },
    get deaths() {
      return deaths
    },
    async kill() {
      const node = random.pick(nodes)
      killed.add(node)
      kills += 1
      await node.kill()
    },
    startRun: type => random.pick(nodes).startRun(type),
    async stop() {
      stopped = true
      await Promise.all(nodes.map(node => node.kill()))
    },
  }
}
