import process from 'node:process'
import { Script } from 'node:vm'
import { encodeFrame, type Frame, FrameReader } from '../frames.ts'
import type { Answer, Job, SandboxLimits, TimedJob } from '../job.ts'
import { createEvaluator } from './expression.ts'
import { Refused } from './refused.ts'

/* What runs in the sandbox's process. It ends when its input does. */

// What is under way may end while the one that asked for it stops: that one closes the input. Without a listener
// Node opens a debugger at the last of these.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGUSR1'] as const) process.on(signal, () => undefined)

const limits = JSON.parse(process.argv[2] ?? '') as SandboxLimits
const evaluate = createEvaluator(limits)

interface Outcome {
  readonly answer: Answer
  readonly output: string
}

type Work = (body: string) => Outcome | Promise<Outcome>

/** What does a job, loaded when the first of its kind comes: each library takes longer to load than all else. */
async function workOf(job: Job): Promise<Work> {
  switch (job.kind) {
    case 'evaluate':
    case 'parse':
      return (body) => {
        const outcome = evaluate(job.kind, job.settings, body)
        const end = outcome.indexOf('\n')
        return { answer: JSON.parse(outcome.slice(0, end)), output: outcome.slice(end + 1) }
      }
    case 'xml-parse': {
      const { parseXml } = await import('./xml-parse.ts')
      return (body) => done(parseXml(body, job.settings))
    }
    case 'xml-build': {
      const { buildXml } = await import('./xml-build.ts')
      return (body) => done(buildXml(JSON.parse(body), job.settings))
    }
    case 'validate': {
      const { validate } = await import('./validation.ts')
      return (body) => done(validate(body, job.settings))
    }
    case 'zip-create': {
      const { createArchive } = await import('./archive.ts')
      return async (body) => done(await createArchive(JSON.parse(body)))
    }
    case 'zip-read': {
      const { readArchive } = await import('./archive.ts')
      return async (body) => done(await readArchive(body, job.settings, limits.outputBytes))
    }
  }
}

function done(output: string): Outcome {
  return { answer: { kind: 'done' }, output }
}

function without(answer: Answer): Outcome {
  return { answer, output: '' }
}

let current: () => Outcome | Promise<Outcome>
Object.defineProperty(globalThis, 'current', { value: () => current() })
const timed = new Script('current()')

/** Nothing of a library's own is awaited by then, as nothing of an expression is: what is late is stopped where it is. */
async function withinTime(work: () => Outcome | Promise<Outcome>, milliseconds: number): Promise<Outcome> {
  current = work
  try {
    return await (timed.runInThisContext({ timeout: milliseconds }) as ReturnType<typeof work>)
  } catch (error) {
    if (isLate(error)) return without({ kind: 'limit', limit: 'time' })
    if (error instanceof RangeError) return without({ kind: 'limit', limit: 'depth' })
    if (error instanceof Refused) return without({ kind: 'failed', message: error.message })
    process.exit(1)
  }
}

function isLate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}

async function answer({ head, body }: Frame): Promise<void> {
  const job = head as TimedJob
  const work = await workOf(job)
  const { answer, output } = await withinTime(() => work(body.toString()), job.milliseconds)
  const bytes = Buffer.from(output)
  const fits = bytes.length <= limits.outputBytes
  process.stdout.write(
    fits ? encodeFrame(answer, bytes) : encodeFrame({ kind: 'limit', limit: 'output' } satisfies Answer, ''),
  )
}

const reader = new FrameReader()
process.stdin.on('data', (chunk: Buffer) => {
  for (const frame of reader.read(chunk)) void answer(frame)
})
process.stdout.write(encodeFrame({ kind: 'ready' } satisfies Answer, ''))
