import type { IncomingMessage, ServerResponse } from 'node:http'
import { hostsOf } from './hosts-of.ts'
import type { Listeners } from './listener.ts'
import { responseOn } from './response-on.ts'

/** What is of the whole node: asked by monitors, which know its address alone. */
const ofTheNode: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

/**
 * Has each request served by the realm whose host it names, letter by letter but for case; no other header is believed.
 * What names none of them, or two hosts, is misdirected.
 */
export class ByHost {
  readonly #hosts = new Map<string, Listeners>()
  readonly #misdirected: (response: ServerResponse) => void
  #first: Listeners | undefined

  constructor(misdirected: (response: ServerResponse) => void) {
    this.#misdirected = misdirected
  }

  /** Of the first one whoever asks for what is of the whole node is answered, whatever host they name. */
  add(publicUrl: string, realm: Listeners): void {
    this.#first ??= realm
    for (const host of hostsOf(publicUrl)) this.#hosts.set(host, realm)
  }

  readonly listeners: Listeners = {
    proxy: (request, response, waits) =>
      this.#serve(request, response, (realm) => realm.proxy(request, response, waits)),
    webSocket: (request, socket, head) => {
      const realm = this.#realmOf(request)
      if (realm) realm.webSocket(request, socket, head)
      else this.#misdirected(responseOn(socket, request))
    },
    refuse: (response) => this.#serve(response.req, response, (realm) => realm.refuse(response)),
    sftp: (request, response) => this.#serve(request, response, (realm) => realm.sftp(request, response)),
    router: (request, response) => this.#serve(request, response, (realm) => realm.router(request, response)),
  }

  #serve(request: IncomingMessage, response: ServerResponse, serve: (realm: Listeners) => unknown): void {
    const realm = this.#realmOf(request) ?? (isOfTheNode(request) ? this.#first : undefined)
    if (realm) serve(realm)
    else this.#misdirected(response)
  }

  #realmOf(request: IncomingMessage): Listeners | undefined {
    const host = hostOf(request)
    return host === undefined ? undefined : this.#hosts.get(host)
  }
}

/** The host that a request is for; undefined where it names none, or two. */
function hostOf({ headers, rawHeaders, url = '' }: IncomingMessage): string | undefined {
  if (headers.host === undefined || hasSeveralHosts(rawHeaders)) return undefined
  const host = headers.host.toLowerCase()
  // The absolute form has a host of its own, which comes before Host (RFC 9112 §3.2.2): some server before us may differ.
  const target = url.startsWith('/') ? undefined : /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1]
  return target === undefined || target.toLowerCase() === host ? host : undefined
}

/** Of which Node keeps the first (RFC 9112 §3.2). */
function hasSeveralHosts(rawHeaders: readonly string[]): boolean {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1
  }
  return count > 1
}

function isOfTheNode({ url = '' }: IncomingMessage): boolean {
  const mark = url.indexOf('?')
  return ofTheNode.has(mark === -1 ? url : url.slice(0, mark))
}
