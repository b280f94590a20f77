import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type Conversation, converse } from './conversation.suite.ts'
import type { TestSallyport } from './sallyport.suite.ts'
import { signal } from './stream.suite.ts'

/** An upstream that does to a connection what the path of its request says. */
export interface BreakingServer {
  readonly origin: string
  readonly open: ReadonlySet<Socket>
  /** Resolves when the request with this number has come. */
  arrived(number: number): Promise<void>
  close(): Promise<void>
}

const head = 'HTTP/1.1 200 OK\r\n'
const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`

/** What is done once a request's head has come. */
const breaks: Readonly<Record<string, (socket: Socket) => void>> = {
  hangs: () => undefined,
  resets: (socket) => socket.resetAndDestroy(),
  ends: (socket) => socket.end(),
  resetsInHead: (socket) => socket.write(`${head}X-Half`, () => socket.resetAndDestroy()),
  resetsInBody: (socket) =>
    socket.write(`${head}Content-Length: 9\r\n\r\nhalf`, () => socket.resetAndDestroy()),
  endsInBody: (socket) => socket.end(`${head}Content-Length: 9\r\n\r\nhalf`),
  endsInChunk: (socket) => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n9\r\nhalf`),
  talksNonsense: (socket) => socket.write('SMTP 220 hello\r\n\r\n'),
  begins: (socket) => socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`),
  floods: (socket) => {
    const pour = () => {
      while (!socket.destroyed && socket.write(chunk));
    }
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`)
    socket.on('drain', pour)
    pour()
  },
  upgrades: (socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello')
  },
  upgradesAndResets: (socket) => {
    const switching =
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello'
    socket.write(switching, () => socket.resetAndDestroy())
  },
}

export async function breakingServer(): Promise<BreakingServer> {
  const open = new Set<Socket>()
  const arrivals = new Map<number, ReturnType<typeof signal<void>>>()
  const arrivalOf = (number: number) => {
    const arrival = arrivals.get(number) ?? signal()
    arrivals.set(number, arrival)
    return arrival
  }
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => undefined).on('close', () => open.delete(socket))
    socket.once('data', (bytes: Buffer) => {
      const [, name = '', number] = /^\w+ \/(\w+)\/(\d+) /.exec(bytes.toString('latin1')) ?? []
      arrivalOf(Number(number)).give()
      breaks[name]?.(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    arrived: (number) => arrivalOf(number).given,
    async close() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}

/** A call that is broken off on one side or the other, at one moment or another. */
export interface Break {
  /** What the upstream does: a name of `breaks`. */
  readonly upstream: string
  /** What the caller sends, after its head. */
  readonly sends?: string
  readonly upgrade?: boolean
  /** When the caller leaves by a reset; without it, it waits for the end. */
  readonly leaves?: 'in its head' | 'at once' | 'when it arrived' | 'when the reply began'
}

const upload = `100000\r\n${'x'.repeat(70_000)}`

export const everyBreak: readonly Break[] = [
  { upstream: 'hangs', leaves: 'in its head' },
  { upstream: 'hangs', leaves: 'at once' },
  { upstream: 'hangs', leaves: 'at once', sends: upload },
  { upstream: 'hangs', leaves: 'when it arrived' },
  { upstream: 'hangs', leaves: 'when it arrived', sends: upload },
  { upstream: 'begins', leaves: 'when the reply began' },
  { upstream: 'begins', leaves: 'when the reply began', sends: upload },
  { upstream: 'floods', leaves: 'when the reply began' },
  { upstream: 'upgrades', leaves: 'at once', upgrade: true },
  { upstream: 'hangs', leaves: 'when it arrived', upgrade: true },
  { upstream: 'upgrades', leaves: 'when the reply began', upgrade: true },
  { upstream: 'resets' },
  { upstream: 'resets', sends: upload },
  { upstream: 'ends' },
  { upstream: 'resetsInHead' },
  { upstream: 'resetsInBody' },
  { upstream: 'resetsInBody', sends: upload },
  { upstream: 'endsInBody' },
  { upstream: 'endsInChunk' },
  { upstream: 'talksNonsense' },
  { upstream: 'upgradesAndResets', upgrade: true },
  { upstream: 'resets', upgrade: true },
]

/** Makes one of them; comes back when the caller's connection is closed. */
export async function breakOff(
  sallyport: TestSallyport,
  upstream: BreakingServer,
  account: string,
  { number, how }: { readonly number: number; readonly how: Break },
): Promise<void> {
  const client = await converse(sallyport.origin)
  client.say(requestOf(sallyport, `${account}/${how.upstream}/${number}`, how))
  await momentOf(client, upstream, number, how)
  if (how.leaves) client.socket.resetAndDestroy()
  await client.closed()
}

function requestOf({ adminKey }: TestSallyport, path: string, { sends, upgrade, leaves }: Break): string {
  const headers = [
    'Host: x',
    `Authorization: Bearer ${adminKey}`,
    ...(sends === undefined ? [] : ['Transfer-Encoding: chunked']),
    ...(upgrade
      ? ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
      : ['Connection: close']),
  ]
  const text = `${sends === undefined ? 'GET' : 'POST'} /proxy/${path} HTTP/1.1\r\n${headers.join('\r\n')}`
  return leaves === 'in its head' ? text : `${text}\r\n\r\n${sends ?? ''}`
}

async function momentOf(
  client: Conversation,
  upstream: BreakingServer,
  number: number,
  { leaves }: Break,
): Promise<void> {
  if (leaves === 'when it arrived') await upstream.arrived(number)
  if (leaves === 'when the reply began') await client.heard(/\r\n\r\n./)
}
