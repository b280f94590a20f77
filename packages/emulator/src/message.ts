import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

/** A request as it arrived; `path` and `query` are neither decoded nor normalised. */
export interface ProviderRequest {
  method: string
  path: string
  /** Without its `?`; empty when there was none. */
  query: string
  headers: IncomingHttpHeaders
  rawHeaders: string[]
  body: Buffer
}

/** A reply that takes its time; it ends early when the signal says that the client has gone. */
export type StreamedBody = (gone: AbortSignal) => AsyncIterable<string | Buffer>

/** What the provider answers. */
export interface ProviderReply {
  status: number
  headers?: Record<string, string | string[]>
  body?: string | Buffer | StreamedBody
}

export function jsonReply(
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): ProviderReply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(value),
  }
}

export function methodNotAllowed(...allowed: string[]): ProviderReply {
  return jsonReply(405, { error: 'method_not_allowed' }, { Allow: allowed.join(', ') })
}

/** A request's head; its body is given apart, because only the server knows when to read it. */
export function requestFrom(message: IncomingMessage, body: Buffer): ProviderRequest {
  const target = message.url ?? '/'
  const mark = target.indexOf('?')
  return {
    method: message.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    headers: message.headers,
    rawHeaders: message.rawHeaders,
    body,
  }
}

/** Writes a reply, streamed or whole, and resolves when it is out or the client has gone. */
export async function sendReply(response: ServerResponse, reply: ProviderReply): Promise<void> {
  response.statusCode = reply.status
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value)

  if (typeof reply.body !== 'function') {
    response.end(reply.body)
    return
  }

  const gone = new AbortController()
  response.on('close', () => gone.abort())
  response.flushHeaders()
  try {
    for await (const chunk of reply.body(gone.signal)) {
      if (!response.write(chunk)) await once(response, 'drain', { signal: gone.signal })
    }
  } catch (cause) {
    if (!gone.signal.aborted) throw cause
  }
  response.end()
}
