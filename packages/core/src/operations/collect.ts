import type { Sink, UpstreamReply } from '../call/attempt.ts'
import { passedBackHeaders } from '../call/reply-headers.ts'
import { decodedContent, NotDecoded } from '../content-coding.ts'
import { SallyportError } from '../error.ts'
import type { Budget } from './budget.ts'

/** A reply that has arrived whole. */
export interface WholeReply {
  readonly status: number
  /** By lower-case name; cookies and what concerns two neighbours alone are not among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Reads a reply to its end, as far as the budget goes. @throws SallyportError reply_too_large, upstream_unreachable */
export async function collected(reply: UpstreamReply, budget: Budget): Promise<WholeReply> {
  const headers = headersOf(reply)
  const raw = await wholeBody(reply, budget)
  const body = await decodedBody(raw, headers['content-encoding'], budget)
  budget.take(body.length)
  const { 'content-encoding': _, 'content-length': __, ...rest } = headers
  return { status: reply.status, headers: rest, body }
}

/** Of a reply whose body is still to come. */
export function headersOf(reply: UpstreamReply): Record<string, string> {
  const passed = passedBackHeaders(reply.headers, false)
  const headers: Record<string, string> = {}
  for (let index = 0; index + 1 < passed.length; index += 2) {
    const name = (passed[index] ?? '').toLowerCase()
    const value = passed[index + 1] ?? ''
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined
    Object.defineProperty(headers, name, {
      ...{ value: before === undefined ? value : `${before}, ${value}` },
      ...{ enumerable: true, configurable: true, writable: true },
    })
  }
  return headers
}

function wholeBody(reply: UpstreamReply, budget: Budget): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const sink: Sink = {
      write(chunk) {
        bytes += chunk.length
        if (bytes <= budget.left) chunks.push(chunk)
        else {
          reply.discard()
          reject(budget.tooLarge)
        }
        return true
      },
      end(last) {
        if (last) this.write(last)
        resolve(Buffer.concat(chunks))
      },
      destroy: (cause) => reject(new SallyportError('upstream_unreachable', { cause })),
      once: () => undefined,
    }
    reply.pipe(sink)
  })
}

async function decodedBody(body: Buffer, encoding: string | undefined, budget: Budget): Promise<Buffer> {
  try {
    return await decodedContent(body, encoding, Math.max(1, budget.left))
  } catch (cause) {
    if (cause instanceof NotDecoded && cause.why === 'too_long') throw budget.tooLarge
    const message =
      'The API answered in an encoding that nobody asked for, or that cannot be decoded. Ask its operator.'
    throw new SallyportError('upstream_unreachable', { message, cause })
  }
}
