import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Body, SallyportError } from '@sallyport/core'

/** On the response, and not in a WeakMap: that would cost every collection of garbage for all calls under way. */
const awaited = Symbol('the body of its call')

/** The response to a call whose silence is not the end of its connection. */
interface Watched extends ServerResponse {
  [awaited]?: Body
}

/** Has a call whose body is still to come be told when its connection falls silent. */
export function watchSilence(response: Watched, body: Body): void {
  response[awaited] = body
}

/** For the server: what becomes of a connection that carried no byte in either direction for too long. */
export function onSilence(socket: Socket & { readonly _httpMessage?: Watched | null }): void {
  // The response under way; Node's own handlers look at the same field.
  const response = socket._httpMessage
  const isPassage = response?.req.url?.startsWith('/proxy/') ?? false
  if (response && isPassage) fallenSilent(response, response[awaited])
  else socket.destroy()
}

/**
 * What becomes of a call whose connection fell silent. Whoever waits for a reply has nothing to say, and the wait for its
 * head has a limit of its own.
 */
export function fallenSilent(response: ServerResponse, body: Body | undefined): void {
  if (response.headersSent) response.destroy()
  else if (body?.isAwaited) body.refuse(new SallyportError('request_timeout'))
}
