import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Whether a request asks for a WebSocket as RFC 6455 §4.1 has it. */
export function asksForWebSocket({ method, headers, httpVersionMinor }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    httpVersionMinor === 1 &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-key'] !== undefined &&
    headers['transfer-encoding'] === undefined &&
    (headers['content-length'] ?? '0') === '0'
  )
}

/**
 * Serves a request that asks for another protocol as if it did not, which every server may (RFC 9110 §7.8). Node has
 * let go of its connection by then: the connection is given back, with the request in front, without what it asked.
 */
export function serveWithoutUpgrade(
  server: Server,
  request: IncomingMessage,
  socket: Duplex,
  rest: Buffer,
): void {
  const { method, url, httpVersion, rawHeaders } = request
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    const value = rawHeaders[index + 1] as string
    // Node heeds the second as well: left in, it would have us come by here for ever.
    const kept = /^(proxy-)?connection$/i.test(name) ? withoutUpgrade(value) : value
    if (kept !== undefined) lines.push(`${name}: ${kept}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), rest]))
  server.emit('connection', socket)
}

/** Of what stands in Connection, everything but the wish for another protocol: without it, `Upgrade` means nothing. */
function withoutUpgrade(value: string): string | undefined {
  const options = value.split(',').map((option) => option.trim())
  const others = options.filter((option) => option.toLowerCase() !== 'upgrade')
  return others.length > 0 ? others.join(', ') : undefined
}
