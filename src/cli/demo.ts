import { createOutput } from './output.ts'
import type { DemoOptions } from './show-demo.ts'

/** `demo`: the whole service at work on a made-up community, and its mailbox to look at. */
export async function demo(options: DemoOptions): Promise<number> {
  const output = createOutput()
  // Before the service is loaded, which may take seconds.
  await output.print(
    output.paint('bold', 'Tidings on a made-up community'),
    '  Nobody in it exists, and no email leaves this machine.',
  )
  const { showDemo } = await import('./show-demo.ts')
  return showDemo(options, output)
}
