import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Dispatcher, Pool } from 'undici'

// The least that a correct pass-through in Node can do, as the measure for Sallyport: it knows no keys and
// no accounts, and is tuned alike. It aborts the upstream when the client leaves, and never reads faster
// than the other side writes.

const [origin = '', count = '1'] = process.argv.slice(2)
const options: Pool.Options = { pipelining: 1, allowH2: false, connections: null, maxHeaderSize: 32 * 1024 }
// Used in turn where there are several, as by as many callers who share no connection.
const pools = Array.from({ length: Number(count) }, () => new Pool(origin, options))
let turn = 0
const hopByHop = new Set('host connection keep-alive te trailer transfer-encoding upgrade'.split(' '))

const server = createServer(
  { maxHeaderSize: 65_536, keepAliveTimeout: 72_000 },
  async (request, response) => {
    const { url: path = '/', method = 'GET', rawHeaders } = request
    const exchange = new Exchange(response)
    // A small body arrives right behind its headers, and then needs no stream.
    await undefined
    const length = Number(request.headers['content-length'] ?? 0)
    const hasBody = length > 0 || request.headers['transfer-encoding'] !== undefined
    const isWhole = length > 0 && request.readableLength >= length
    const body = isWhole ? request.read() : hasBody ? request : null
    turn = (turn + 1) % pools.length
    pools[turn]?.dispatch({ path, method, headers: endToEnd(rawHeaders), body }, exchange)
  },
)
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

class Exchange implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse
  #abort: ((reason?: Error) => void) | undefined
  #resume: () => void = () => undefined

  constructor(response: ServerResponse) {
    this.#response = response
    response.once('close', () => this.#abort?.(new Error('the client left')))
    response.on('drain', () => this.#resume())
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort
    if (this.#response.destroyed) abort(new Error('the client left'))
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200) return true
    this.#resume = resume
    this.#response.writeHead(status, statusText, endToEnd(headers.map((text) => text.toString('latin1'))))
    return true
  }

  onData(chunk: Buffer): boolean {
    return this.#response.write(chunk)
  }

  onComplete(): void {
    this.#abort = undefined
    this.#response.end()
  }

  onError(error: Error): void {
    if (this.#response.headersSent) this.#response.destroy(error)
    else this.#response.writeHead(502).end()
  }
}

function endToEnd(headers: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? ''
    if (!hopByHop.has(name.toLowerCase())) kept.push(name, headers[index + 1] ?? '')
  }
  return kept
}
