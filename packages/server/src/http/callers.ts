import type { IncomingMessage } from 'node:http'
import { type Broker, csrfToken, type Principal, principalOf, type SessionUse } from '@sallyport/core'
import type { FastifyInstance } from 'fastify'
import { requireOwnPage } from './own-pages.ts'
import type { SessionCookies } from './session-cookies.ts'

export interface CallerOptions {
  readonly broker: Broker
  readonly publicUrl: string
  readonly cookies: SessionCookies
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Who asks for something under `/v1`: by a key or, where none came along, by the session of a browser, which changes
 * something for pages of ours alone.
 *
 * @throws SallyportError key_invalid, session_invalid, csrf_refused
 */
export function callerOf(
  { broker, publicUrl, cookies }: CallerOptions,
  request: IncomingMessage,
): Principal | Promise<Principal> {
  const { method = '', headers } = request
  const session = headers.authorization === undefined ? cookies.session(headers.cookie) : undefined
  if (session === undefined) return broker.authenticate(headers.authorization)
  return broker.login.session(session, useOf(request)).then((known) => {
    if (!safe.has(method)) {
      requireOwnPage(headers, publicUrl, { session, token: headers['sallyport-csrf'] })
    }
    return principalOf(known)
  })
}

/**
 * Whether somebody uses their session with a request. A page of ours says of what it asks for again and again by itself
 * that nobody need be there (S1); of what changes something that cannot be said.
 */
export function useOf({ method = '', headers }: Pick<IncomingMessage, 'method' | 'headers'>): SessionUse {
  return { isBackground: safe.has(method) && headers['sallyport-background'] === '1' }
}

/**
 * Says along with whatever a session reads what it has to send along when it changes something: a script that was loaded
 * anew knows nothing else. No other site can read it.
 */
export function tellCsrfToken(app: FastifyInstance, cookies: SessionCookies): void {
  app.addHook('onSend', async ({ method, headers, routeOptions }, reply) => {
    if (method !== 'GET' || reply.statusCode >= 400 || !routeOptions.url?.startsWith('/v1/')) return
    const session = headers.authorization === undefined ? cookies.session(headers.cookie) : undefined
    if (session !== undefined) reply.header('sallyport-csrf', csrfToken(session))
  })
}
