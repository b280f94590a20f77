import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export { WebSocket as WebSocketClient } from 'ws'

/** What a handshake came with. */
export interface Handshake {
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/** How one is refused. */
export interface HandshakeRefusal {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A server of WebSockets that sends back what it is sent. */
export interface EchoServer {
  readonly origin: string
  readonly handshakes: readonly Handshake[]
  /** Open ones, the newest last. */
  readonly sockets: readonly WebSocket[]
  /** Connections that are open, whatever is spoken on them. */
  readonly connections: number
  /** Resolves with the next one that opens. */
  next(): Promise<WebSocket>
  close(): Promise<void>
}

/** Starts one on 127.0.0.1; it speaks the first protocol that it is offered. Other requests get 200 and `ok`. */
export async function echoServer(
  refuses: (handshake: Handshake) => HandshakeRefusal | undefined = () => undefined,
): Promise<EchoServer> {
  const handshakes: Handshake[] = []
  const sockets: WebSocket[] = []
  const connections = new Set<Socket>()
  const server = createServer((_, response) => response.end('ok'))
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: true })
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  server.on('upgrade', (message: IncomingMessage, socket: Socket, head) => {
    const handshake = { url: message.url ?? '', headers: message.headers }
    handshakes.push(handshake)
    const refusal = refuses(handshake)
    if (refusal) socket.end(refusalText(refusal))
    else webSockets.handleUpgrade(message, socket, head, (open) => webSockets.emit('connection', open))
  })
  webSockets.on('connection', (socket: WebSocket) => {
    sockets.push(socket)
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.splice(sockets.indexOf(socket), 1))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    handshakes,
    sockets,
    get connections() {
      return connections.size
    },
    next: () => once(webSockets, 'connection').then(([socket]) => socket as WebSocket),
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of connections) socket.destroy()
      await closed
    },
  }
}

function refusalText({ status, headers = {}, body = '' }: HandshakeRefusal): string {
  const lines = Object.entries({ ...headers, 'Content-Length': String(body.length) })
  const head = [`HTTP/1.1 ${status} Refused`, ...lines.map(([name, value]) => `${name}: ${value}`)]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
