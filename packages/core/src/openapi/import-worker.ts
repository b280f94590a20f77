import { parentPort, workerData } from 'node:worker_threads'
import { importBody } from './import-body.ts'

// The thread's own program: it is handed a body, says what comes of it, and ends.
for (const message of importBody(workerData as Uint8Array)) parentPort?.postMessage(message)
