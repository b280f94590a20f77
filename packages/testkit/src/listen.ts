import { once } from 'node:events'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Certificate } from './certificate.ts'

/** A server on a port of 127.0.0.1 that the system chose. */
export interface Listening {
  readonly origin: string
  /** Connections accepted so far. */
  readonly connections: number
  /** Ends the exchange with a TCP reset. */
  reset(response: ServerResponse): void
  /** Destroys all sockets. */
  close(): Promise<void>
}

/** How to listen otherwise than by plain HTTP. */
export interface ListenOptions {
  /** Serve https with it. */
  certificate?: Certificate | undefined
  /** With https: ask for a certificate, which this one (PEM) vouches for; the application decides what it opens. */
  clientCertificateAuthority?: string | undefined
}

export async function listen(
  answer: (message: IncomingMessage, response: ServerResponse) => Promise<void>,
  { certificate, clientCertificateAuthority }: ListenOptions = {},
): Promise<Listening> {
  const clientCertificates = { requestCert: true, rejectUnauthorized: false, ca: clientCertificateAuthority }
  const server: Server = certificate
    ? createHttpsServer({
        cert: certificate.certificate,
        key: certificate.privateKey,
        ...(clientCertificateAuthority === undefined ? {} : clientCertificates),
      })
    : createHttpServer()
  // A TLS socket cannot reset its connection; the TCP socket below it can, and the port tells which that is.
  const sockets = new Map<number, Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0
    connections += 1
    sockets.set(port, socket)
    socket.on('close', () => sockets.delete(port))
    socket.on('error', () => socket.destroy())
  })
  server.on('request', (message, response) => {
    answer(message, response).catch((cause: unknown) => reveal(cause, response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const { port } = server.address() as AddressInfo
  return {
    origin: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    get connections() {
      return connections
    },
    reset: (response) => {
      sockets.get(response.socket?.remotePort ?? 0)?.resetAndDestroy()
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets.values()) socket.destroy()
      await closed
    },
  }
}

// A script that throws must be seen in the test, not taken for a fault that was asked for.
function reveal(cause: unknown, response: ServerResponse) {
  if (response.destroyed) return
  if (!response.headersSent) response.writeHead(599, { 'Content-Type': 'text/plain' })
  response.end(`The test's provider failed: ${cause instanceof Error ? cause.stack : String(cause)}`)
}
