import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { invalid, SallyportError } from '../error.ts'
import { bounds } from './bounds.ts'
import { documentFault } from './document-fault.ts'
import type { ImportMessage } from './import-body.ts'
import { parsedBody } from './parsed-body.ts'

/** Where sources run as they are, as in tests, the thread runs what was built of them. */
const program = fileURLToPath(new URL('./import-worker.js', import.meta.url)).replace(
  `${sep}core${sep}src${sep}`,
  `${sep}core${sep}dist${sep}`,
)

/** To see that so little is no JSON takes less than to start a thread. */
const longestReadHere = 4096

export interface ImportThreadOptions {
  /** Until when anybody waits for it. */
  readonly signal?: AbortSignal
  readonly milliseconds?: number
  readonly heapMegabytes?: number
}

/**
 * Imports the document of a body in a thread of its own, so that calls go on meanwhile.
 *
 * @throws SallyportError malformed_json, input_invalid
 */
export async function* importInThread(
  body: Uint8Array,
  {
    milliseconds = bounds.milliseconds,
    heapMegabytes = bounds.heapMegabytes,
    signal,
  }: ImportThreadOptions = {},
): AsyncGenerator<Exclude<ImportMessage, { kind: 'refused' }>> {
  if (body.length <= longestReadHere && parsedBody(body) === undefined)
    throw new SallyportError('malformed_json')
  const resourceLimits = { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 64 }
  // No environment. A copy, because what is handed over is gone here.
  const workerData = new Uint8Array(body)
  const worker = new Worker(program, {
    workerData,
    transferList: [workerData.buffer],
    env: {},
    execArgv: [],
    resourceLimits,
  })
  const messages = new Messages(worker, milliseconds, signal)
  try {
    for (;;) {
      const message = await messages.next()
      if (message.kind === 'refused') {
        throw message.code === 'malformed_json'
          ? new SallyportError('malformed_json')
          : invalid(message.code, message.faults)
      }
      yield message
      if (message.kind === 'done') return
    }
  } finally {
    messages.stop()
    await worker.terminate()
  }
}

/** What a thread says, one after the other, until it says no more or its time is over. */
class Messages {
  readonly #said: ImportMessage[] = []
  readonly #deadline: NodeJS.Timeout
  readonly #forget: () => void
  #failure: unknown
  #wake: (() => void) | undefined

  constructor(worker: Worker, milliseconds: number, signal: AbortSignal | undefined) {
    const leave = () => this.#fail(new SallyportError('request_timeout'))
    signal?.addEventListener('abort', leave, { once: true })
    this.#forget = () => signal?.removeEventListener('abort', leave)
    if (signal?.aborted) leave()
    worker.on('message', (message: ImportMessage) => {
      this.#said.push(message)
      this.#wake?.()
    })
    const tooMuch = (message: string) => invalid('input_invalid', [documentFault('too_complex', message)])
    worker.once('error', (error) => {
      const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      this.#fail(
        isFull ? tooMuch('The document takes more memory than an import may. Import it in parts.') : error,
      )
    })
    worker.once('exit', () =>
      this.#fail(new SallyportError('internal', { detail: 'the thread of an import ended' })),
    )
    this.#deadline = setTimeout(() => {
      this.#fail(tooMuch('The document takes longer to be read than an import may. Import it in parts.'))
    }, milliseconds)
  }

  async next(): Promise<ImportMessage> {
    for (;;) {
      const message = this.#said.shift()
      if (message) return message
      if (this.#failure) throw this.#failure
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  stop(): void {
    clearTimeout(this.#deadline)
    this.#forget()
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    this.#wake?.()
  }
}
