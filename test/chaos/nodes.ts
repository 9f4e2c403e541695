import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../support/random.ts'
import { type ServiceNode, startNode } from '../support/service-node.ts'

export interface Nodes {
  readonly kills: number
  /** Processes that ended without being killed, after they had begun to listen. */
  readonly deaths: number
  /** Ends one with SIGKILL. Its supervisor starts another. */
  kill(): Promise<void>
  startRun(type: string): Promise<boolean>
  stop(): Promise<void>
}

/** So many processes of the service, each with a supervisor that starts it again when it has ended. */
export function keepNodes(
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

  const begin = (place: number) => {
    const node = startNode(databaseUrl, baseUrl, { RATE_LIMIT: '40', SCHEDULE: '* * * * *' })
    nodes[place] = node
    let listened = false
    node.listening.then(
      () => (listened = true),
      () => {},
    )
    node.child.once('exit', async code => {
      if (stopped) return
      if (listened && !killed.has(node)) {
        deaths += 1
        console.error(`a process ended by itself (${code}):\n${node.lines().slice(-60).join('\n')}`)
      }
      await delay(listened ? 50 : 500)
      if (!stopped) begin(place)
    })
  }
  for (let place = 0; place < count; place++) begin(place)

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
