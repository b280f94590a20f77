import { connect } from 'node:net'

/** What a caller sends whose call does not end well, and after how many bytes of a reply it leaves. */
interface Break {
  readonly line: string
  readonly headers?: readonly string[]
  readonly body?: string
  /** 0: without waiting for any. Undefined: it stays until its connection is closed. */
  readonly leavesAfter: number | undefined
}

const chunked = ['Transfer-Encoding: chunked']
const upload = `100000\r\n${'x'.repeat(70_000)}`
const upgrade = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

const breaks: readonly Break[] = [
  { line: 'GET /hang', leavesAfter: 0 },
  { line: 'POST /hang', headers: chunked, body: upload, leavesAfter: 0 },
  { line: 'GET /source?bytes=100000000', leavesAfter: 1 },
  { line: 'GET /source?bytes=100000000', leavesAfter: 1_000_000 },
  { line: 'POST /sink?rest=50', headers: chunked, body: upload, leavesAfter: 0 },
  { line: 'GET /events', leavesAfter: 300 },
  { line: 'GET /live', headers: upgrade, body: 'hello', leavesAfter: 150 },
  { line: 'GET /reset', leavesAfter: undefined },
  { line: 'POST /reset', headers: chunked, body: upload, leavesAfter: undefined },
  { line: 'GET /half', leavesAfter: undefined },
]

/** Longest stay of one who waits for a reply. */
const patienceMilliseconds = 5_000

/** Makes call after call that does not end well. */
export function breaking(
  { port, key, account }: { readonly port: number; readonly key: string; readonly account: string },
  milliseconds: number,
): { readonly count: number; stop(): void } {
  let count = 0
  const one = ({ line, headers = [], body = '', leavesAfter }: Break) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const [method, path] = line.split(' ')
    const fields = ['Host: x', `Authorization: Bearer ${key}`, ...headers]
    const patience = setTimeout(() => socket.resetAndDestroy(), patienceMilliseconds)
    let heard = 0
    socket.on('error', () => undefined)
    socket.on('close', () => clearTimeout(patience))
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.length
      if (leavesAfter !== undefined && heard >= leavesAfter) socket.resetAndDestroy()
    })
    socket.write(
      `${method} /proxy/${account}${path} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n${body}`,
      () => {
        // A moment, so that it has reached the other side.
        if (leavesAfter === 0) setTimeout(() => socket.resetAndDestroy(), 20)
      },
    )
  }
  const breakingOff = setInterval(() => {
    one(breaks[count % breaks.length] as Break)
    count += 1
  }, milliseconds)
  return {
    get count() {
      return count
    },
    stop: () => clearInterval(breakingOff),
  }
}
