import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Connections on which a request was refused: what stands behind it there is nobody's. */
const refused = new WeakSet<Socket>()

/**
 * Refuses a request of HTTP/1.1 without Host (RFC 9112 §3.2), and whatever stands behind it on its connection. Node's own
 * answer closes the connection as well, but serves those that came in the same packet.
 *
 * @returns whether it was refused
 */
export function refusedWithoutHost(request: IncomingMessage, response: ServerResponse): boolean {
  const { socket } = request
  if (refused.has(socket)) return true
  if (request.headers.host !== undefined || request.httpVersion !== '1.1') return false
  refused.add(socket)
  response.writeHead(400, { connection: 'close', 'content-length': 0 }).end()
  return true
}
