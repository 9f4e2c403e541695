// Burns a core: a neighbour on the machine of what is measured. A thread does it, so the process still
// notices when the bench has gone.
import { Worker } from 'node:worker_threads'

new Worker('for (;;);', { eval: true })
