import { createOutput } from './output.ts'
import type { DemoOptions } from './show-demo.ts'

/** `demo`: runs the whole service on demo data and serves the mailbox with the emails. */
export async function demo(options: DemoOptions): Promise<number> {
  const output = createOutput()
  // Loading the service may take seconds, so print this first.
  await output.print(
    output.paint('bold', 'Tidings on demo data'),
    '  Its users are made up, and no email leaves this machine.',
  )
  const { showDemo } = await import('./show-demo.ts')
  return showDemo(options, output)
}
