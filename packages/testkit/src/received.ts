import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** A request that arrived; it is there from its first header on, and its body grows while it comes in. */
export interface ReceivedRequest {
  readonly method: string
  /** Neither decoded nor normalised. */
  readonly path: string
  /** Without its `?`. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: string[]
  /** The body as text. */
  readonly body: string
  readonly bytes: Buffer
  /** Everything that came, also what was too much to be kept in `bytes`. */
  readonly bodyLength: number
  /** The body read as a form. */
  readonly form: URLSearchParams
  readonly complete: boolean
}

const keptBytes = 64 * 1024 * 1024

export class Arrival implements ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: string[]
  bodyLength = 0
  complete = false
  readonly #chunks: Buffer[] = []

  constructor(message: IncomingMessage) {
    const [path = '/', ...query] = (message.url ?? '/').split('?')
    this.method = message.method ?? 'GET'
    this.path = path
    this.query = query.join('?')
    this.headers = message.headers
    this.rawHeaders = message.rawHeaders
  }

  get bytes() {
    return Buffer.concat(this.#chunks)
  }

  get body() {
    return this.bytes.toString('utf8')
  }

  get form() {
    return new URLSearchParams(this.body)
  }

  take(chunk: Buffer) {
    this.bodyLength += chunk.length
    if (this.bodyLength <= keptBytes) this.#chunks.push(chunk)
  }

  async read(message: IncomingMessage) {
    for await (const chunk of message as AsyncIterable<Buffer>) this.take(chunk)
    this.complete = true
  }
}

/** Whether a request is meant by a route such as `POST /token`, `ANY /api/*` or `/token` (any method). */
export function isOnRoute({ method, path }: { method: string; path: string }, route: string): boolean {
  const space = route.indexOf(' ')
  const wantedMethod = space === -1 ? 'ANY' : route.slice(0, space)
  const wantedPath = route.slice(space + 1)
  if (wantedMethod !== 'ANY' && wantedMethod !== method) return false
  return wantedPath.endsWith('*') ? path.startsWith(wantedPath.slice(0, -1)) : path === wantedPath
}

/** What a server saw, oldest first. */
export function createRecord() {
  const arrivals: Arrival[] = []
  return {
    arrived(message: IncomingMessage) {
      const arrival = new Arrival(message)
      arrivals.push(arrival)
      return arrival
    },
    received: (route = '*'): ReceivedRequest[] => arrivals.filter((arrival) => isOnRoute(arrival, route)),
    forget() {
      arrivals.length = 0
    },
  }
}
