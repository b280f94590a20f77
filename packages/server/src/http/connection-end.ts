import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Those that wait behind another response on their connection. */
const waiting = new WeakMap<Socket, Set<() => void>>()

/**
 * Calls back once when nobody waits for this response any more: it is out, or its connection is closed. Node says
 * nothing to responses that wait behind another one on the same connection (pipelining), when that closes.
 */
export function onResponseEnd(request: IncomingMessage, response: ServerResponse, ended: () => void): void {
  if (response.socket) {
    response.once('close', ended)
    return
  }
  const { socket } = request
  const others = waiting.get(socket) ?? waitingOn(socket)
  const endedOnce = () => {
    if (others.delete(endedOnce)) ended()
  }
  others.add(endedOnce)
  response.once('close', endedOnce)
}

function waitingOn(socket: Socket): Set<() => void> {
  const all = new Set<() => void>()
  waiting.set(socket, all)
  socket.once('close', () => {
    for (const ended of all) ended()
  })
  return all
}
