import { once } from 'node:events'
import { startCluster } from '../../src/local/postgres/start-cluster.ts'

// Run by node itself: holds the cluster of the folder given, says so in lines, stops it at the end
// of its input.
const cluster = await startCluster({
  directory: process.argv[2] ?? '',
  onProgress: line => console.log(line),
  settings: { fsync: 'off' },
})
console.log(cluster.url())
process.stdin.resume()
await once(process.stdin, 'end')
await cluster.stop()
