import { once } from 'node:events'
import { startCluster } from '../../src/local/postgres/start-cluster.ts'

// A script: starts the cluster of the given folder, prints its progress and URL, and stops it when its
// input ends.
const cluster = await startCluster({
  directory: process.argv[2] ?? '',
  onProgress: line => console.log(line),
  settings: { fsync: 'off' },
})
console.log(cluster.url())
process.stdin.resume()
await once(process.stdin, 'end')
await cluster.stop()
