import type { ServerResponse } from 'node:http'
import { type Body, SallyportError } from '@sallyport/core'

/**
 * What becomes of a call whose connection carried no byte in either direction for too long. Whoever waits for a reply
 * has nothing to say, and the wait for its head has a limit of its own.
 */
export function fallenSilent(response: ServerResponse, body: Body | undefined): void {
  if (response.headersSent) response.destroy()
  else if (body?.isAwaited) body.refuse(new SallyportError('request_timeout'))
}
