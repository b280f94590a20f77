import { PassThrough, Readable } from 'node:stream'
import type { UpstreamReply } from '../call/attempt.ts'
import { Body } from '../call/body.ts'
import type { Caller } from '../call/caller.ts'
import { CallRecord } from '../call/record.ts'
import { SallyportError } from '../error.ts'
import { collected, type WholeReply } from './collect.ts'
import type { Run } from './frame.ts'
import type { RenderedRequest } from './request.ts'
import type { StepTracer } from './tracer.ts'

/** How a step calls. */
export interface CallTerms {
  /** Account id or adapter. */
  readonly account: string
  readonly timeoutSeconds?: number | undefined
  readonly retries?: number | undefined
}

/** A reply under way, of which an event is told once it has ended. */
export interface Sent {
  readonly reply: UpstreamReply
  /** All of it. @throws SallyportError reply_too_large, upstream_unreachable, operation_timeout */
  whole(): Promise<WholeReply>
  /** Its body as it comes. */
  stream(): Readable
}

/** Sends a request the way that all calls go. @throws SallyportError as a call does, operation_timeout */
export async function send(
  run: Run,
  request: RenderedRequest,
  { account, timeoutSeconds, retries }: CallTerms,
  tracer: StepTracer,
): Promise<Sent> {
  const { ports, principal, requestId, end } = run
  await end.mayCall()
  const { body: content, ...rest } = request
  const record = ports.calls.begin(new CallRecord(requestId, request.method), undefined)
  record.principal = principal
  record.path = request.path
  tracer.sent(record)
  const caller = end.caller()
  const done = (change: Partial<Pick<CallRecord, 'code' | 'brokenBy'>> = {}) => {
    end.forget(caller)
    ports.calls.end(Object.assign(record, change))
  }
  const own = timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : timeoutSeconds * 1000
  try {
    const timeout = Math.min(own, end.left)
    const body = content && bodyOf(content)
    const reply = await ports.call({ ...rest, principal, account, body, timeout, retries, caller, record })
    record.status = reply.status
    return sent(run, reply, { caller, done })
  } catch (error) {
    const failure = end.reason ?? error
    done({ code: failure instanceof SallyportError ? failure.code : 'internal' })
    throw failure
  }
}

interface Ending {
  readonly caller: Caller
  readonly done: (change?: Partial<Pick<CallRecord, 'code' | 'brokenBy'>>) => void
}

function sent(run: Run, reply: UpstreamReply, { caller, done }: Ending): Sent {
  return {
    reply,
    async whole() {
      try {
        const whole = await collected(reply, run.budget)
        done()
        return whole
      } catch (error) {
        done({ brokenBy: 'upstream' })
        throw run.end.reason ?? error
      }
    },
    stream() {
      const body = new PassThrough()
      // Whoever was to read it may have left by now.
      body.on('error', () => undefined)
      body.once('close', () => {
        const isWhole = body.readableEnded
        if (!isWhole) caller.leave()
        done(isWhole ? {} : { brokenBy: body.errored ? 'upstream' : 'caller' })
      })
      reply.pipe(body)
      return body
    },
  }
}

/** A body that is whole already: it can be sent again. */
export function bodyOf(content: Buffer): Body {
  const source = new Readable({ read: () => undefined, highWaterMark: content.length + 1 })
  source.push(content)
  source.push(null)
  return new Body(source, content.length)
}
