import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { StandardOperation } from '@sallyport/contract'

export type Exchange = StandardOperation['example']['exchanges'][number]

/** A request in the words of an example. */
export interface SeenRequest {
  readonly method: string
  readonly host: string | undefined
  readonly path: string
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

/** An API that gives recorded replies in their order, and remembers what it was sent. */
export class RecordedApi {
  readonly received: SeenRequest[] = []
  #replies: Exchange[] = []
  readonly #server = createServer((request, response) => void this.#answer(request, response))

  /** Where it is; requests to other hosts than the base URL's come under the host's name as their first segment. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** Forgets what was before; whatever comes beyond these replies gets a 500. */
  play(exchanges: readonly Exchange[]): void {
    this.received.length = 0
    this.#replies = [...exchanges]
  }

  /** The addresses in a text, as they are here. */
  moved(text: string, hosts: ReadonlySet<string>): string {
    return text.replaceAll(/https:\/\/([\w-]+(?:\.[\w-]+){2,})/g, (_, host: string) =>
      hosts.has(host) ? `${this.origin}/${host}` : this.origin,
    )
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    this.received.push(seen(request, Buffer.concat(chunks).toString()))
    const next = this.#replies.shift()
    if (!next) {
      response.writeHead(500).end('no reply is left')
      return
    }
    const { status = 200, headers = {}, body } = next.reply ?? {}
    const hosts = new Set(next.host === undefined ? [] : [next.host])
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, this.moved(value, hosts))
    if (body === undefined) response.writeHead(status).end()
    else {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(this.moved(JSON.stringify(body), hosts))
    }
  }
}

/** What an example expects of a request. */
export function expected({ method, host, path, json, form, text }: Exchange): Omit<SeenRequest, 'headers'> {
  const url = new URL(path, 'http://api')
  const body = json ?? form ?? text ?? ''
  return { method, host, path: path.split('?', 1)[0] ?? '', query: [...url.searchParams], body }
}

function seen({ method = '', url = '', headers }: IncomingMessage, text: string): SeenRequest {
  const [, host, rest] = /^\/([\w-]+(?:\.[\w-]+){2,})(\/.*)$/.exec(url) ?? []
  const [path = '', query = ''] = (rest ?? url).split('?')
  const body = bodyOf(headers['content-type'] ?? '', text)
  return { method, host, path, query: [...new URLSearchParams(query)], headers, body }
}

function bodyOf(type: string, text: string): unknown {
  if (type.startsWith('application/json')) return JSON.parse(text)
  if (!type.startsWith('application/x-www-form-urlencoded')) return text
  const pairs = new URLSearchParams(text)
  return Object.fromEntries(
    [...new Set(pairs.keys())].map((name) => {
      const values = pairs.getAll(name)
      return [name, values.length > 1 ? values : values[0]]
    }),
  )
}
