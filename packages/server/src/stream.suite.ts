import { once } from 'node:events'
import {
  type ClientRequest,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { TestSallyport } from './sallyport.suite.ts'

/** An upstream under the test's hand, which knows what connections it has. */
export interface StreamServer {
  readonly origin: string
  readonly open: ReadonlySet<Socket>
  /** Resolves when no connection is open. */
  emptied(): Promise<void>
  close(): Promise<void>
}

export async function streamServer(listener: RequestListener): Promise<StreamServer> {
  const open = new Set<Socket>()
  let onEmpty: () => void = () => undefined
  const server = createServer({ keepAliveTimeout: 0 }, listener)
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      open.delete(socket)
      if (open.size === 0) onEmpty()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    async emptied() {
      if (open.size === 0) return
      await new Promise<void>((resolve) => {
        onEmpty = resolve
      })
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

interface CallOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** That the connection comes from, of those of this machine. */
  readonly localAddress?: string
}

/** A call whose body and reply the test handles chunk by chunk, on a connection of its own. */
export function openCall(
  sallyport: Pick<TestSallyport, 'origin' | 'adminKey'>,
  path: string,
  { method = 'GET', headers = {}, localAddress }: CallOptions = {},
): { request: ClientRequest; reply: Promise<IncomingMessage> } {
  const request = httpRequest(`${sallyport.origin}/proxy/${path}`, {
    method,
    agent: false,
    ...(localAddress !== undefined && { localAddress }),
    headers: { authorization: `Bearer ${sallyport.adminKey}`, ...headers },
  })
  const reply = once(request, 'response').then(([message]) => message as IncomingMessage)
  reply.catch(() => undefined)
  request.on('error', () => undefined)
  return { request, reply }
}

/** The next chunk, as text. */
export async function nextChunk(stream: IncomingMessage): Promise<string> {
  const [chunk] = (await once(stream, 'data')) as [Buffer]
  return chunk.toString()
}

/** Resolves when it is closed, whatever the reason. */
export function closed(stream: Pick<NodeJS.EventEmitter, 'once'>): Promise<void> {
  return new Promise((resolve) => stream.once('close', () => resolve()))
}

/** Something that happens once, and what it came with. */
export function signal<T = void>(): { readonly given: Promise<T>; give(value: T): void } {
  let give: (value: T) => void = () => undefined
  const given = new Promise<T>((resolve) => {
    give = resolve
  })
  return { given, give: (value) => give(value) }
}
