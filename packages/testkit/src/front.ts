import { once } from 'node:events'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { ChildServer } from './child-server.ts'
import { listen } from './listen.ts'
import { createRecord, type ReceivedRequest } from './received.ts'

/** Stands before another server, passes everything on as it came, and remembers it. */
export interface Front {
  readonly origin: string
  received(route?: string): ReceivedRequest[]
  forget(): void
  close(): Promise<void>
}

/** From here on the server is the front's to close. */
export async function front({ port, close }: Pick<ChildServer, 'port' | 'close'>): Promise<Front> {
  const record = createRecord()
  const server = await listen(async (message, response) => {
    const arrival = record.arrived(message)
    const { method, url: path, rawHeaders: headers } = message
    const forward = request({ host: '127.0.0.1', port, method, path, headers, agent: false })
    const passed = passReply(forward, response)
    try {
      for await (const chunk of message as AsyncIterable<Buffer>) {
        arrival.take(chunk)
        forward.write(chunk)
      }
      arrival.complete = true
      forward.end()
    } catch {
      forward.destroy() // The client went away in the middle of its request, and the record says so.
    }
    await passed
  }).catch(async (cause: unknown) => {
    await close()
    throw cause
  })
  return {
    origin: server.origin,
    received: record.received,
    forget: record.forget,
    async close() {
      await server.close()
      await close()
    },
  }
}

async function passReply(forward: ReturnType<typeof request>, response: ServerResponse) {
  try {
    const [reply] = (await once(forward, 'response')) as [IncomingMessage]
    // A reply that comes before the end of the request may break what is still being sent.
    forward.on('error', () => undefined)
    response.writeHead(reply.statusCode ?? 502, reply.rawHeaders)
    await pipeline(reply, response)
  } catch {
    response.destroy()
  }
}
