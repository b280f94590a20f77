import type { IncomingMessage } from 'node:http'

/** Whoever still sends when the answer is out is waited for so long, in milliseconds. */
const longestWait = 30_000

/**
 * Reads what is left of a request that was answered, and drops it: the next one on the connection stands behind it,
 * and to close at once would lose the answer. A sender that never ends would else be read for ever, without a key.
 */
export function dropRest(request: IncomingMessage, milliseconds = longestWait): void {
  const { socket } = request
  if (request.complete || socket.destroyed) return
  request.resume()
  const timer = setTimeout(() => socket.destroy(), milliseconds)
  const ended = () => {
    clearTimeout(timer)
    socket.off('close', ended)
  }
  request.once('close', ended)
  // One whose connection ends with its answer never says that it closed.
  socket.once('close', ended)
}
