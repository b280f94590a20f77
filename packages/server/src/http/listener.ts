import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import type { Limits } from '../limits.ts'
import { connectionLimits } from './connection-limits.ts'
import { owesNothing, responseOn } from './response-on.ts'
import { onSilence } from './silence.ts'
import { asksForWebSocket, serveWithoutUpgrade } from './upgrade.ts'
import { refusedWithoutHost } from './without-host.ts'

/** Who serves what arrives. */
export interface Listeners {
  /** `waits`: its client sends the body when it is told to. */
  readonly proxy: (request: IncomingMessage, response: ServerResponse, waits?: boolean) => unknown
  readonly webSocket: (request: IncomingMessage, socket: Socket, head: Buffer) => unknown
  /** A request to be a tunnel to anywhere. */
  readonly refuse: (response: ServerResponse) => void
  readonly sftp: RequestListener
  readonly router: RequestListener
}

/** Milliseconds for which our own endpoints may have nothing to say: some wait for several answers of a provider. */
const longestWork = 600_000

/** Node's HTTP server, with the passage before and beside the router. */
export function createListener(
  { proxy, webSocket, refuse, sftp, router }: Listeners,
  limits: Limits,
): Server {
  const others: RequestListener = (request, response) => {
    const { socket } = request
    socket.setTimeout(longestWork)
    response.once('close', () => socket.setTimeout(limits.idleMilliseconds))
    if (request.url?.startsWith('/sftp/')) sftp(request, response)
    else router(request, response)
  }
  const server = createServer(connectionLimits(), (request, response) => {
    if (refusedWithoutHost(request, response)) return
    if (isPassage(request)) proxy(request, response)
    else others(request, response)
  })
  server.timeout = limits.idleMilliseconds
  server.on('timeout', onSilence)
  // Beyond a number of headers Node drops the rest without a word; their size is bounded already.
  server.maxHeadersCount = 0
  server.on('checkContinue', (request, response) => {
    if (refusedWithoutHost(request, response)) return
    if (isPassage(request)) {
      proxy(request, response, true)
    } else {
      response.writeContinue()
      others(request, response)
    }
  })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (!owesNothing(socket, request)) socket.destroy()
    else if (isPassage(request) && asksForWebSocket(request)) webSocket(request, socket, head)
    else serveWithoutUpgrade(server, request, socket, head)
  })
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    if (owesNothing(socket, request)) refuse(responseOn(socket, request))
    else socket.destroy()
  })
  return server
}

function isPassage({ url }: IncomingMessage): boolean {
  return url?.startsWith('/proxy/') ?? false
}
