import { SallyportError, type SignOnAim } from '@sallyport/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { cookieFrom, expiredCookie, flowCookie } from '../http/cookies.ts'
import { refuseForeign } from '../http/own-pages.ts'
import { ownPageHeaders } from '../pages/layout.ts'
import { onwardPage, signOnFailurePage } from '../pages/sign-on-pages.ts'
import { callbackParameters } from './callback.ts'
import { ofVisitor } from './login.ts'
import { fieldOf, type PageRequests, type Visitor, withForms, wordsOf } from './page-request.ts'

/** Logging in by an identity provider, and proving once more by it who one is. */
export function registerSignOn(app: FastifyInstance, pages: PageRequests): void {
  // No HEAD: what previews of links ask for would use up the flow.
  app.get<{ Params: { id: string } }>(
    '/login/sso/:id/callback',
    { exposeHeadRoute: false },
    (request, reply) => orFailure(pages, reply, () => comeBack(pages, request, reply)),
  )
  withForms(app, (scope) => {
    scope.post('/login/sso', (request, reply) =>
      orFailure(pages, reply, () => {
        refuseForeign(request.headers, pages.publicUrl)
        const returnTo = fieldOf(request.body, 'return')
        return sendOn(pages, request, reply, { purpose: 'login', returnTo })
      }),
    )
    scope.post('/login/confirm/sso', (request, reply) =>
      ofVisitor(pages, '/login/confirm', reply, async () => {
        const visitor = await pages.changing(request)
        const returnTo = fieldOf(request.body, 'return')
        return orFailure(pages, reply, () =>
          sendOn(pages, request, reply, { purpose: 'proof', returnTo, ...aimOf(visitor) }),
        )
      }),
    )
  })
}

/** The session that is to get a proof, or an identity. */
export function aimOf({ session, person }: Visitor): Pick<SignOnAim, 'subjectId' | 'organizationId'> {
  return { subjectId: session.id, organizationId: person.organizationId }
}

/** Sends a browser on to the identity provider that its form names. */
export async function sendOn(
  pages: PageRequests,
  request: FastifyRequest,
  reply: FastifyReply,
  aim: SignOnAim,
): Promise<FastifyReply> {
  const provider = fieldOf(request.body, 'provider') ?? ''
  const { providerUrl, cookie } = await pages.broker.signOn.start(provider, aim)
  return reply
    .headers({ ...ownPageHeaders, 'set-cookie': flowCookie(cookie, isHttps(pages)) })
    .header('refresh', `0; url=${providerUrl}`)
    .send(onwardPage(providerUrl))
}

async function comeBack(
  pages: PageRequests,
  request: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { address, userAgent } = pages.originOf(request)
  const end = await pages.broker.signOn.finish(request.params.id, {
    parameters: callbackParameters(request.raw.url ?? ''),
    cookieOf: (name) => cookieFrom(request.headers.cookie, name),
    session: await visitorOrNobody(pages, request),
    ...{ address, userAgent },
  })
  reply.header('set-cookie', expiredCookie(end.cookie, isHttps(pages)))
  if (end.failure) throw end.failure
  if (end.token) pages.renewed(reply, end.token)
  // The address that holds code and state leaves the history with this redirect (A13).
  return reply.headers(ownPageHeaders).redirect(pages.afterwards(end.returnTo), 303)
}

async function visitorOrNobody(pages: PageRequests, request: FastifyRequest): Promise<Visitor | undefined> {
  try {
    return await pages.visitor(request)
  } catch (error) {
    if (error instanceof SallyportError && error.code === 'session_invalid') return undefined
    throw error
  }
}

/** A page that says why, for a person; nothing of what the provider said stands in it as HTML. */
export async function orFailure(
  pages: PageRequests,
  reply: FastifyReply,
  serve: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await serve()
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    const { code, detail, status } = error
    reply.log.warn({ code, detail }, 'sign-on page')
    const failure = { base: pages.base, code, message: wordsOf(error) }
    return reply.code(status).headers(ownPageHeaders).send(signOnFailurePage(failure))
  }
}

function isHttps({ publicUrl }: PageRequests): boolean {
  return publicUrl.startsWith('https:')
}
