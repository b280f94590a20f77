import process from 'node:process'
import { Script } from 'node:vm'
import { encodeFrame, FrameReader } from '../frames.ts'
import type { Answer, Job, SandboxLimits } from '../job.ts'
import { createEvaluator } from './expression.ts'

/* What runs in the sandbox's process. It ends when its input does. */

const limits = JSON.parse(process.argv[2] ?? '') as SandboxLimits
const evaluate = createEvaluator(limits)

interface Outcome {
  readonly answer: Answer
  readonly output?: string
}

function perform(job: Job, body: string): Outcome {
  switch (job.kind) {
    case 'evaluate':
    case 'parse': {
      const outcome = evaluate(job.kind, job.settings, body)
      const end = outcome.indexOf('\n')
      return { answer: JSON.parse(outcome.slice(0, end)), output: outcome.slice(end + 1) }
    }
  }
}

let current: () => Outcome
Object.defineProperty(globalThis, 'current', { value: () => current() })
const timed = new Script('current()')

/** Who started this stops it when its time is up; this is for when nobody is there any more to do so. */
function withinTime(work: () => Outcome): Outcome {
  current = work
  try {
    return timed.runInThisContext({ timeout: limits.milliseconds + 1000 }) as Outcome
  } catch (error) {
    if (error instanceof RangeError) return { answer: { kind: 'limit', limit: 'depth' } }
    process.exit(1)
  }
}

const tooLong: Answer = { kind: 'limit', limit: 'output' }
// What is under way may end while the one that asked for it stops: that one closes the input.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)

const reader = new FrameReader()
process.stdin.on('data', (chunk: Buffer) => {
  for (const { head, body: input } of reader.read(chunk)) {
    const { answer, output = '' } = withinTime(() => perform(head as Job, input.toString()))
    const body = Buffer.from(output)
    const fits = body.length <= limits.outputBytes
    process.stdout.write(fits ? encodeFrame(answer, body) : encodeFrame(tooLong, ''))
  }
})
process.stdout.write(encodeFrame({ kind: 'ready' } satisfies Answer, ''))
