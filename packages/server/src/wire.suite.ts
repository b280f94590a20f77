import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A request or a reply, byte by byte as it was on the wire. */
export interface WireMessage {
  /** Request line or status line. */
  readonly line: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  /** Values of a header, whatever the case of its name. */
  all(name: string): string[]
}

/** A server that keeps what it was sent as it came, and answers with the bytes that it is told. */
export interface WireServer {
  readonly origin: string
  readonly requests: readonly WireMessage[]
  readonly connections: number
  /** What to answer from now on, already framed; after `Connection: close` the socket is ended. */
  answer: (request: WireMessage) => string | Buffer
  close(): Promise<void>
}

/**
 * Starts one on 127.0.0.1; until told otherwise it answers 200 with `ok`. An eager one answers at a request's
 * head, and never reads its body.
 */
export async function wireServer({ eager = false } = {}): Promise<WireServer> {
  const requests: WireMessage[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    const respond = (message: WireMessage) => {
      requests.push(message)
      const answer = self.answer(message)
      socket.write(answer)
      if (/^connection: close\r$/im.test(answer.toString('latin1'))) socket.end()
    }
    if (eager) readOneHead(socket, respond)
    else readMessages(socket, respond)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const self: WireServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections
    },
    answer: () => wireReply(),
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
  return self
}

/** A reply with a sized body, its headers in this order and case. */
export function wireReply(status = '200 OK', headers: readonly string[] = [], body = 'ok'): string {
  const length = Buffer.byteLength(body)
  return [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${length}`, '', body].join('\r\n')
}

/** Sends these bytes on a connection of their own, and reads what comes until it is closed. */
export async function rawExchange(origin: string, request: string | Buffer): Promise<Buffer> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined)
  socket.write(typeof request === 'string' ? Buffer.from(request, 'latin1') : request)
  // Not `once` of node:events, which takes a reset for a failure of the wait.
  await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(chunks)
}

/** The message that these bytes are, interim replies left out; a body without a length goes to the end. */
export function parseWire(bytes: Buffer): WireMessage {
  let rest = bytes
  while (/^HTTP\/1\.1 1\d\d /.test(rest.toString('latin1')))
    rest = rest.subarray(rest.indexOf('\r\n\r\n') + 4)
  const head = readHead(rest)
  if (!head) throw new Error(`not a whole message: ${JSON.stringify(bytes.toString('latin1').slice(0, 200))}`)
  const after = rest.subarray(head.length)
  const whole = head.isChunked ? dechunked(after)?.body : after
  if (!whole) throw new Error('a chunked body without its end')
  return message(head, whole)
}

interface Head {
  readonly line: string
  readonly headers: readonly (readonly [string, string])[]
  readonly length: number
  readonly bodyLength: number
  readonly isChunked: boolean
}

function readOneHead(socket: Socket, onHead: (message: WireMessage) => void): void {
  socket.once('data', (chunk: Buffer) => {
    socket.pause()
    const head = readHead(chunk)
    if (!head) throw new Error('the head came in pieces')
    onHead(message(head, Buffer.alloc(0)))
  })
}

function readMessages(socket: Socket, onMessage: (message: WireMessage) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    for (let head = readHead(rest); head; head = readHead(rest)) {
      const after = rest.subarray(head.length)
      const sized = { body: after.subarray(0, head.bodyLength), used: head.bodyLength }
      const read = head.isChunked ? dechunked(after) : sized
      if (!read || after.length < read.used) return
      rest = after.subarray(read.used)
      onMessage(message(head, read.body))
    }
  })
}

function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [line = '', ...fields] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = fields.map((field) => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon), field.slice(colon + 1).replace(/^ | $/g, '')] as const
  })
  const value = (name: string) => headers.find((header) => header[0].toLowerCase() === name)?.[1]
  return {
    line,
    headers,
    length: end + 4,
    bodyLength: Number(value('content-length') ?? 0),
    isChunked: value('transfer-encoding') === 'chunked',
  }
}

function dechunked(bytes: Buffer): { body: Buffer; used: number } | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line === -1) return undefined
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16)
    const next = line + 2 + size + 2
    if (next > bytes.length) return undefined
    if (size === 0) return { body: Buffer.concat(chunks), used: next }
    chunks.push(bytes.subarray(line + 2, line + 2 + size))
    at = next
  }
}

function message({ line, headers }: Head, body: Buffer): WireMessage {
  const all = (name: string) =>
    headers.filter(([other]) => other.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
  return { line, headers, body, all }
}
