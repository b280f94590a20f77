import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { upstreamCredentials } from '../requests.ts'

// An API that does what its path says: answers, pours, drinks, tells of events, hangs, or breaks off.

const kilobyte = Buffer.alloc(1024, 'x')
const block = Buffer.alloc(65_536, 'x')
const bearer = `Bearer ${upstreamCredentials.apiToken}`

type Route = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => unknown

const routes: Readonly<Record<string, Route>> = {
  '/things': async (request, response) => {
    for await (const _ of request);
    response.end(kilobyte)
  },
  /** `bytes` as fast as they are taken. */
  '/source': (request, response, query) => {
    let left = Number(query.get('bytes'))
    response.setHeader('content-length', left)
    const pour = () => {
      for (; left > 0 && !response.destroyed; left -= block.length) {
        if (!response.write(left < block.length ? block.subarray(0, left) : block)) {
          left -= block.length
          response.once('drain', pour)
          return
        }
      }
      if (left <= 0) response.end()
    }
    pour()
    request.resume()
  },
  /** Takes a body, resting `rest` milliseconds after each 4 MB; answers how long it was. */
  '/sink': async (request, response, query) => {
    const rest = Number(query.get('rest'))
    let [bytes, next] = [0, 0]
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length
      if (rest === 0 || bytes < next) continue
      next = bytes + 4_194_304
      await delay(rest)
    }
    response.end(String(bytes))
  },
  '/events': (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    const telling = setInterval(() => response.write(`data: ${'x'.repeat(200)}\n\n`), 500)
    response.once('close', () => clearInterval(telling))
  },
  '/hang': (request) => request.resume(),
  '/reset': (request) => request.socket.resetAndDestroy(),
  '/half': (_, response) => {
    response.writeHead(200, { 'content-length': 1_000_000 })
    response.write(block, () => response.destroy())
  },
}

const server = createServer((request, response) => {
  request.on('error', () => undefined)
  response.on('error', () => undefined)
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://upstream')
  const isKnown = request.headers.authorization === bearer
  const route = isKnown ? routes[pathname] : undefined
  if (route) Promise.resolve(route(request, response, searchParams)).catch(() => response.destroy())
  else response.writeHead(isKnown ? 404 : 401).end()
})
// So that no connection is closed just as it is used again, which is not what is looked for here.
server.keepAliveTimeout = 120_000
// What is spoken on it is for the two ends to know: here whatever comes goes back.
server.on('upgrade', (_, socket: Socket) => {
  socket.on('error', () => undefined)
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  socket.pipe(socket)
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
