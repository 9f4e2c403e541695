import { createQueue } from './queue.ts'

/** Creates the schema `pgboss` and our queues, or migrates them to this version. */
export async function installQueue(
  url: string,
  onError: (error: Error) => void = () => {},
): Promise<void> {
  const queue = createQueue({ url, onError })
  try {
    await queue.start()
  } finally {
    await queue.stop()
  }
}
