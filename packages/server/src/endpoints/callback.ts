import { type Broker, SallyportError } from '@sallyport/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { cookieFrom, expiredCookie, flowCookie } from '../http/cookies.ts'
import { headerBytes, headerLimit, headersTooLargePage } from '../http/header-overflow.ts'
import { authorizationScript } from '../pages/authorization-script.ts'
import { pageHeaders } from '../pages/layout.ts'
import { flowFailurePage, resultPage } from '../pages/pages.ts'

const longestQuery = 8192
const mostParameters = 20
const answerOnce = ['state', 'code', 'error', 'error_description', 'error_uri', 'iss']
const neverInQuery = ['access_token', 'id_token', 'refresh_token', 'token_type', 'expires_in', 'response']

interface CallbackParams {
  readonly id: string
}

/** The browser's way through an authorization: our start page, the callback, the result. */
export function registerCallback(app: FastifyInstance, broker: Broker, publicUrl: string): void {
  const isHttps = publicUrl.startsWith('https:')
  const script = `${new URL(publicUrl).pathname.replace(/\/$/, '')}/callback/authorization.js`

  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/callback/') || headerBytes(request.raw.rawHeaders) <= headerLimit) return
    return reply.code(431).headers(pageHeaders).send(headersTooLargePage())
  })

  // No HEAD: what previews of links ask for would bind the wrong browser.
  const once = { exposeHeadRoute: false }
  app.get<{ Params: CallbackParams & { token: string } }>(
    '/callback/:id/start/:token',
    once,
    (request, reply) =>
      orFailurePage(reply, async () => {
        const { id, token } = request.params
        const { providerUrl, cookie } = await broker.flows.start(id, token, cookieOf(request))
        return reply
          .headers({ ...pageHeaders, 'set-cookie': flowCookie(cookie, isHttps) })
          .redirect(providerUrl, 303)
      }),
  )

  app.get('/callback/authorization.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(authorizationScript),
  )

  app.get<{ Params: CallbackParams }>('/callback/:id', once, (request, reply) =>
    orFailurePage(reply, async () => {
      const parameters = callbackParameters(request.raw.url ?? '')
      const { flow, cookie, returnTo } = await broker.flows.finish(
        request.params.id,
        parameters,
        cookieOf(request),
      )
      // The address that holds code and state leaves the history with this redirect (A13).
      return reply
        .headers({ ...pageHeaders, 'set-cookie': expiredCookie(cookie, isHttps) })
        .redirect(returnTo ?? `${cookie.path}/result/${flow.id}`, 303)
    }),
  )

  app.get<{ Params: CallbackParams & { flow: string } }>('/callback/:id/result/:flow', (request, reply) =>
    orFailurePage(reply, async () => {
      const outcome = await broker.flows.read(request.params.id, request.params.flow)
      const status = outcome.state === 'failed' ? 400 : 200
      return reply
        .code(status)
        .headers(pageHeaders)
        .send(resultPage({ ...outcome, script }))
    }),
  )
}

/**
 * The callback's query, refused where it is too much or says a thing twice (A7, A9).
 *
 * @throws SallyportError uri_too_long, flow_invalid
 */
export function callbackParameters(url: string): URLSearchParams {
  const query = url.slice(url.indexOf('?') + 1 || url.length)
  if (query.length > longestQuery) throw new SallyportError('uri_too_long')
  const parameters = new URLSearchParams(query)
  const names = [...parameters.keys()]
  const base = names.map((name) => name.replace(/\[.*$/s, ''))
  const refused =
    names.length > mostParameters ||
    base.some(
      (name, index) => answerOnce.includes(name) && (names[index] !== name || base.indexOf(name) !== index),
    ) ||
    names.some((name) => neverInQuery.includes(name))
  if (refused) throw new SallyportError('flow_invalid', { detail: 'malformed callback query' })
  return parameters
}

function cookieOf(request: FastifyRequest): (name: string) => string | undefined {
  return (name) => cookieFrom(request.headers.cookie, name)
}

async function orFailurePage(reply: FastifyReply, serve: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await serve()
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    reply.log.warn({ code: error.code, detail: error.detail }, 'authorization page')
    return reply.code(error.status).headers(pageHeaders).send(flowFailurePage(error.code, error.message))
  }
}
