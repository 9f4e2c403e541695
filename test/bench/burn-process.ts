// Keeps a core busy beside the measured processes. It uses a thread, so that the process still notices
// when the benchmark exits.
import { Worker } from 'node:worker_threads'

new Worker('for (;;);', { eval: true })
