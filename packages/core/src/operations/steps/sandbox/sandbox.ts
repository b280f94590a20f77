import { SallyportError } from '../../../error.ts'
import { type Headroom, headroomMegabytes } from './command.ts'
import type { Job, SandboxLimit, SandboxLimits } from './job.ts'
import { sandboxLimits } from './job.ts'
import { limitedJson } from './limited-json.ts'
import { type JobResult, SandboxProcess } from './sandbox-process.ts'
import { Turns } from './turns.ts'

/** What a job works on. */
export type Body = { readonly text: string } | { readonly json: unknown }

/** Whose job it is, and how long it may still take. */
export interface JobTerms {
  /** Organizations take turns. */
  readonly organizationId: string
  readonly signal?: AbortSignal | undefined
  /** Less than the sandbox's own limit, where a run ends earlier. */
  readonly milliseconds?: number | undefined
  /** Told of what is put out, before anything is made of it; what it throws, the job fails with. */
  readonly kept?: ((bytes: number) => void) | undefined
}

export interface SandboxOptions {
  readonly limits?: Partial<SandboxLimits>
  /** At most; each is started when it is needed. */
  readonly processes?: number
  /** Without a job for so long, a process ends. */
  readonly idleMilliseconds?: number
  /** What all jobs that wait or are under way may hold together. */
  readonly heldBytes?: number
}

type Waiting = (process: SandboxProcess | undefined) => void

/**
 * Does what hostile input could turn against whoever does it: in processes of its own, without the environment,
 * files or secrets of this one, within limits of time and memory.
 */
export class Sandbox {
  readonly limits: SandboxLimits
  readonly #most: number
  readonly #idleMilliseconds: number
  readonly #mostHeld: number
  #held = 0
  readonly #idle: { readonly process: SandboxProcess; readonly end: NodeJS.Timeout }[] = []
  readonly #busy = new Set<SandboxProcess>()
  readonly #turns = new Turns<Waiting>()
  #headroom: Headroom = headroomMegabytes[0]
  #closed = false

  constructor(options: SandboxOptions = {}) {
    const { limits = {}, processes = 2, idleMilliseconds = 60_000, heldBytes = 256 * 1024 * 1024 } = options
    this.limits = { ...sandboxLimits, ...limits }
    this.#mostHeld = heldBytes
    this.#most = processes
    this.#idleMilliseconds = idleMilliseconds
  }

  /**
   * @returns the output as JSON text; empty when there is none
   * @throws SallyportError step_failed with what the job says of itself, step_limit_reached, limit_reached
   */
  async run(job: Job, body: Body, terms: JobTerms): Promise<string> {
    const text = 'text' in body ? body.text : limitedJson(body.json, this.limits.inputBytes)
    const bytes = text === undefined ? undefined : Buffer.from(text)
    if (!bytes || bytes.length > this.limits.inputBytes) throw this.#limitReached('input')
    const { answer, output } = await this.#perform(job, bytes, terms)
    if (answer.kind === 'done') {
      terms.kept?.(output.length)
      return output
    }
    if (answer.kind === 'limit') throw this.#limitReached(answer.limit)
    throw new SallyportError('step_failed', answer.kind === 'failed' ? { message: answer.message } : {})
  }

  /** Stops whatever is under way. */
  close(): void {
    this.#closed = true
    for (let resume = this.#turns.next(); resume; resume = this.#turns.next()) resume(undefined)
    for (const { process, end } of this.#idle.splice(0)) {
      clearTimeout(end)
      process.stop()
    }
    for (const process of this.#busy) process.stop()
  }

  async #perform(job: Job, body: Buffer, terms: JobTerms): Promise<JobResult> {
    if (this.#held + body.length > this.#mostHeld) {
      throw new SallyportError('limit_reached', {
        message:
          'The steps that wait for their turn hold as much as they may together. Try again in a moment.',
        retryAfterSeconds: 1,
      })
    }
    this.#held += body.length
    try {
      return await this.#inTurn(job, body, terms)
    } finally {
      this.#held -= body.length
    }
  }

  async #inTurn(job: Job, body: Buffer, terms: JobTerms): Promise<JobResult> {
    const process = await this.#take(terms)
    try {
      const most = Math.min(terms.milliseconds ?? Number.POSITIVE_INFINITY, this.limits.milliseconds)
      return await process.run(job, body, Math.max(1, Math.ceil(most)))
    } finally {
      this.#giveBack(process)
    }
  }

  async #take({ organizationId, signal }: JobTerms): Promise<SandboxProcess> {
    const process = this.#available() ?? (await this.#turn(organizationId, signal))
    const started = process && (await this.#started(process))
    if (started) return started
    throw new SallyportError('internal', { detail: 'The sandbox of steps did not start, or is closed.' })
  }

  /** Itself, or one that was given more memory to start with, in its place. */
  async #started(process: SandboxProcess): Promise<SandboxProcess | undefined> {
    if (await process.ready) return process
    const more = headroomMegabytes.find((headroom) => headroom > process.headroom)
    if (more === undefined || this.#closed) {
      this.#giveBack(process)
      return undefined
    }
    if (more > this.#headroom) this.#headroom = more
    const another = new SandboxProcess(this.limits, more)
    this.#busy.delete(process)
    this.#busy.add(another)
    return this.#started(another)
  }

  #available(): SandboxProcess | undefined {
    if (this.#closed || this.#busy.size >= this.#most) return undefined
    const idle = this.#idle.pop()
    clearTimeout(idle?.end)
    const process =
      idle && !idle.process.ended ? idle.process : new SandboxProcess(this.limits, this.#headroom)
    this.#busy.add(process)
    return process
  }

  /** Waits until a process is there for it; undefined when the sandbox is closed. */
  #turn(organizationId: string, signal: AbortSignal | undefined): Promise<SandboxProcess | undefined> {
    signal?.throwIfAborted()
    if (this.#closed) return Promise.resolve(undefined)
    return new Promise((resolve, reject) => {
      const aborted = () => {
        this.#turns.remove(organizationId, waiting)
        reject(signal?.reason)
      }
      const waiting: Waiting = (process) => {
        signal?.removeEventListener('abort', aborted)
        resolve(process)
      }
      signal?.addEventListener('abort', aborted, { once: true })
      this.#turns.add(organizationId, waiting)
    })
  }

  #giveBack(process: SandboxProcess): void {
    this.#busy.delete(process)
    if (this.#closed) process.stop()
    if (!process.ended) this.#rest(process)
    const resume = this.#turns.next()
    if (resume) resume(this.#available())
  }

  #rest(process: SandboxProcess): void {
    const end = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((idle) => idle.process === process),
        1,
      )
      process.stop()
    }, this.#idleMilliseconds).unref()
    this.#idle.push({ process, end })
  }

  #limitReached(limit: SandboxLimit): SallyportError {
    return new SallyportError('step_limit_reached', { message: sentences[limit](this.limits) })
  }
}

const megabytes = (bytes: number) => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`

const sentences: Readonly<Record<SandboxLimit, (limits: SandboxLimits) => string>> = {
  time: ({ milliseconds }) =>
    `The step took longer than ${milliseconds / 1000} seconds, or than was left of the run. Look for a loop or a pattern without end, or give it less.`,
  memory: ({ heapMegabytes }) =>
    `The step needed more memory than it may have (${heapMegabytes} MB). Give it less, or make less of it at a time.`,
  depth: ({ depth }) =>
    `The step is nested deeper than ${depth} levels. Look for a function that calls itself without end, or make its call the last thing that it does.`,
  input: ({ inputBytes }) => `The step was given more than ${megabytes(inputBytes)}. Give it less.`,
  output: ({ outputBytes }) =>
    `The step put out more than ${megabytes(outputBytes)}. Have it keep what is needed.`,
}
