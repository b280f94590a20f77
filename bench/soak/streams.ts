import { connect, type Socket } from 'node:net'

const lifetimeMilliseconds = 20_000

/** Keeps streams of events and WebSockets open, each replaced after a while. */
export function streaming(
  { port, key, account }: { readonly port: number; readonly key: string; readonly account: string },
  { events, webSockets }: { readonly events: number; readonly webSockets: number },
): { stop(): void } {
  const open = new Set<Socket>()
  let stopping = false
  const hold = (path: string, headers: readonly string[], say: string) => {
    const socket = connect({ port, host: '127.0.0.1' })
    open.add(socket)
    const fields = ['Host: x', `Authorization: Bearer ${key}`, ...headers]
    socket.write(`GET /proxy/${account}${path} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`)
    const speaking = say === '' ? undefined : setInterval(() => socket.write(say), 500)
    const ending = setTimeout(() => socket.end(), lifetimeMilliseconds * (0.5 + Math.random()))
    socket.on('error', () => undefined).resume()
    socket.on('close', () => {
      open.delete(socket)
      clearInterval(speaking)
      clearTimeout(ending)
      if (!stopping) setTimeout(() => hold(path, headers, say), 100)
    })
  }
  for (let count = 0; count < events; count += 1) hold('/events', [], '')
  for (let count = 0; count < webSockets; count += 1) {
    hold(
      '/live',
      ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='],
      'hi',
    )
  }
  return {
    stop() {
      stopping = true
      for (const socket of open) socket.destroy()
    },
  }
}
