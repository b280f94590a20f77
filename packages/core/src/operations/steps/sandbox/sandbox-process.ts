import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { type Headroom, sandboxCommand } from './command.ts'
import { encodeFrame, type Frame, FrameReader } from './frames.ts'
import type { Answer, Job, JobKind, SandboxLimit, SandboxLimits, TimedJob } from './job.ts'

/** What became of a job; the output is JSON text, empty when there is none. */
export interface JobResult {
  readonly answer: Answer
  readonly output: string
}

/** Beside the output, what a frame may hold. */
const longestHead = 64 * 1024
/** For itself, and for each library when it is first needed. */
const longestStartMilliseconds = 20_000
/** It stops itself when a job's time is up; this is for what cannot be stopped from within. */
const graceMilliseconds = 500

/** A process that does one job at a time. After a job that ran into a limit it is gone. */
export class SandboxProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #reader: FrameReader
  #waiting: ((result: JobResult) => void) | undefined
  #ended = false
  readonly #loaded = new Set<JobKind>()

  /** Resolves when it takes jobs, and to false when it ended before. */
  readonly ready: Promise<boolean>

  /** With how much memory beside its heap it was started. */
  readonly headroom: Headroom

  constructor(limits: SandboxLimits, headroom: Headroom) {
    this.headroom = headroom
    this.#reader = new FrameReader(limits.outputBytes + longestHead)
    // No environment, and no file that is open here.
    const { program, words } = sandboxCommand(limits, headroom)
    this.#child = spawn(program, words, {
      ...{ env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true },
    })
    this.#child.once('error', () => this.#end())
    this.#child.once('exit', () => this.#end())
    this.#child.stdin.on('error', () => undefined)
    this.#child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.ready = this.#answer(longestStartMilliseconds).then(({ answer }) => answer.kind === 'ready')
    this.#keepsAlive(false)
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Does a job, for so long at most; after one that took longer it is gone. */
  async run(job: Job, body: Buffer, milliseconds: number): Promise<JobResult> {
    this.#keepsAlive(true)
    const grace = this.#loaded.has(job.kind) ? graceMilliseconds : longestStartMilliseconds
    const answered = this.#answer(milliseconds + grace)
    this.#child.stdin.write(encodeFrame({ ...job, milliseconds } satisfies TimedJob, body))
    const result = await answered
    this.#loaded.add(job.kind)
    this.#keepsAlive(false)
    // What was stopped in the middle of anything is not gone on with.
    if (result.answer.kind === 'limit' && result.answer.limit === 'time') this.stop()
    return result
  }

  stop(): void {
    this.#ended = true
    this.#child.kill('SIGKILL')
  }

  #answer(milliseconds: number): Promise<JobResult> {
    if (this.#ended) return Promise.resolve(limit('memory'))
    return new Promise((resolve) => {
      const deadline = setTimeout(() => {
        this.#settle(limit('time'))
        this.stop()
      }, milliseconds)
      this.#waiting = (result) => {
        clearTimeout(deadline)
        resolve(result)
      }
    })
  }

  #settle(result: JobResult): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.(result)
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.read(chunk)) this.#settle(resultIn(frame))
    } catch {
      this.#settle(limit('output'))
      this.stop()
    }
  }

  /** It ends by itself only where it ran out of memory. */
  #end(): void {
    this.#ended = true
    this.#settle(limit('memory'))
  }

  /** Whether this process waits for it before it ends. */
  #keepsAlive(does: boolean): void {
    const { stdin, stdout } = this.#child
    for (const end of [this.#child, stdin, stdout] as readonly Partial<Referable>[])
      does ? end.ref?.() : end.unref?.()
  }
}

interface Referable {
  ref(): void
  unref(): void
}

function resultIn({ head, body }: Frame): JobResult {
  return { answer: head as Answer, output: body.toString() }
}

function limit(which: SandboxLimit): JobResult {
  return { answer: { kind: 'limit', limit: which }, output: '' }
}
