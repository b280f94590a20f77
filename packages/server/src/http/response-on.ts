import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A reply on a connection that Node's server has let go of; the connection ends with it. */
export function responseOn(socket: Socket, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  socket.on('error', () => undefined)
  socket.on('drain', () => response.emit('drain'))
  response.once('finish', () => socket.destroySoon())
  return response
}

/** Whether no reply is still owed on it: a client that does not wait for one may not ask for another protocol. */
export function owesNothing(socket: Socket, request: IncomingMessage): boolean {
  const probe = new ServerResponse(request)
  try {
    probe.assignSocket(socket)
    probe.detachSocket(socket)
    return true
  } catch {
    return false
  }
}
