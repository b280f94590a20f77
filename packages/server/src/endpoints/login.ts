import { FreshProofInput, faultsOf, LoginInput, type SessionReply } from '@sallyport/contract'
import { csrfToken, invalid, type LoggedIn, SallyportError } from '@sallyport/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refuseForeign } from '../http/own-pages.ts'
import { ownPageHeaders } from '../pages/layout.ts'
import { codePage, confirmPage, loginPage } from '../pages/login-pages.ts'
import { flowFailurePage } from '../pages/pages.ts'
import { fieldOf, isForm, type PageRequests, type Visitor, withForms, wordsOf } from './page-request.ts'

/** Logging in and out, and proving once more who one is: by the forms of plain pages, or by JSON. */
export function registerLogin(app: FastifyInstance, pages: PageRequests): void {
  const { base } = pages
  app.get('/login', async (request, reply) => {
    const organization = fieldOf(request.query, 'organization')
    const returnTo = fieldOf(request.query, 'return')
    return reply.headers(ownPageHeaders).send(
      loginPage({
        base,
        organization,
        returnTo,
        providers: await pages.broker.signOn.providers(organization),
      }),
    )
  })
  app.get('/login/confirm', (request, reply) =>
    ofVisitor(pages, '/login/confirm', reply, async () => {
      const visitor = await pages.visitor(request)
      const returnTo = fieldOf(request.query, 'return')
      return reply
        .headers(ownPageHeaders)
        .send(confirmPage({ ...(await waysOf(pages, visitor)), base, returnTo }))
    }),
  )
  withForms(app, (scope) => {
    scope.post('/login', (request, reply) =>
      isForm(request) ? logInByForm(pages, request, reply) : logInByJson(pages, request, reply),
    )
    scope.post('/login/code', (request, reply) => codeByForm(pages, request, reply))
    scope.post('/login/confirm', (request, reply) =>
      isForm(request) ? confirmByForm(pages, request, reply) : confirmByJson(pages, request, reply),
    )
    scope.post('/logout', (request, reply) => logOut(pages, request, reply))
  })
}

/** Has whoever is not logged in do so first; what else is wrong is said on a page. */
export async function ofVisitor(
  pages: PageRequests,
  path: string,
  reply: FastifyReply,
  serve: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await serve()
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    if (error.code === 'session_invalid') return pages.logInFirst(reply, path)
    return reply.code(error.status).headers(ownPageHeaders).send(flowFailurePage(error.code, error.message))
  }
}

async function logInByForm(
  pages: PageRequests,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { base } = pages
  const given = (name: string) => fieldOf(request.body, name)
  const returnTo = given('return')
  try {
    refuseForeign(request.headers, pages.publicUrl)
    const input = LoginInput.safeParse({
      ...{ organization: given('organization'), email: given('email') },
      password: given('password'),
    })
    if (!input.success) throw new SallyportError('login_failed')
    const outcome = await pages.broker.login.logIn(input.data, pages.originOf(request))
    if ('challenge' in outcome) {
      return reply.headers(ownPageHeaders).send(codePage({ ...outcome, base, returnTo }))
    }
    pages.loggedIn(reply, outcome)
    return reply.headers(ownPageHeaders).redirect(pages.afterwards(returnTo), 303)
  } catch (error) {
    const again = { base, organization: given('organization'), returnTo, email: given('email') }
    const providers = await pages.broker.signOn.providers(again.organization)
    return onceMore(reply, error, (alert) => loginPage({ ...again, providers, alert }))
  }
}

async function codeByForm(
  pages: PageRequests,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { base } = pages
  const [challenge, code] = ['challenge', 'code'].map((name) => fieldOf(request.body, name) ?? '')
  const returnTo = fieldOf(request.body, 'return')
  try {
    refuseForeign(request.headers, pages.publicUrl)
    const given = { challenge: challenge ?? '', code: code ?? '' }
    pages.loggedIn(reply, await pages.broker.login.logInWithCode(given, pages.originOf(request)))
    return reply.headers(ownPageHeaders).redirect(pages.afterwards(returnTo), 303)
  } catch (error) {
    return onceMore(reply, error, (alert, failure) =>
      failure.code === 'login_expired'
        ? loginPage({ base, returnTo, alert })
        : codePage({ base, challenge: challenge ?? '', returnTo, alert }),
    )
  }
}

async function logInByJson(
  pages: PageRequests,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  refuseForeign(request.headers, pages.publicUrl)
  const input = LoginInput.safeParse(request.body)
  if (!input.success) throw invalid('input_invalid', faultsOf(input.error))
  const outcome = await pages.broker.login.logIn(input.data, pages.originOf(request))
  if ('challenge' in outcome) throw new SallyportError('code_required')
  pages.loggedIn(reply, outcome)
  return reply.code(201).header('cache-control', 'no-store').send(sessionReply(outcome))
}

async function confirmByForm(
  pages: PageRequests,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return ofVisitor(pages, '/login/confirm', reply, async () => {
    const visitor = await pages.changing(request)
    const given = (name: string) => fieldOf(request.body, name)
    const [password, code] = [given('password'), given('code')]
    const returnTo = given('return')
    try {
      const proof = code === undefined ? { password: password ?? '' } : { code }
      pages.renewed(reply, await pages.broker.login.confirm(visitor, proof))
      return reply.headers(ownPageHeaders).redirect(pages.afterwards(returnTo), 303)
    } catch (error) {
      const ways = await waysOf(pages, visitor)
      return onceMore(reply, error, (alert) => confirmPage({ ...ways, base: pages.base, returnTo, alert }))
    }
  })
}

async function confirmByJson(
  pages: PageRequests,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visitor = await pages.changing(request)
  const input = FreshProofInput.safeParse(request.body)
  if (!input.success) throw invalid('input_invalid', faultsOf(input.error))
  const token = await pages.broker.login.confirm(visitor, input.data)
  pages.renewed(reply, token)
  return reply.header('cache-control', 'no-store').send({ csrfToken: csrfToken(token.reveal()) })
}

async function logOut(
  pages: PageRequests,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const goodbye = { ...ownPageHeaders, 'set-cookie': pages.cookies.clearSession() }
  const serve = async () => {
    const visitor = await pages.changing(request)
    await pages.broker.login.end(visitor, visitor.session.id)
    return isForm(request)
      ? reply.headers(goodbye).redirect(pages.address('/login'), 303)
      : reply.header('set-cookie', pages.cookies.clearSession()).code(204).send()
  }
  return isForm(request) ? ofVisitor(pages, '/account', reply, serve) : serve()
}

async function waysOf({ broker }: PageRequests, visitor: Visitor) {
  const { csrf, person } = visitor
  const { linked } = await broker.signOn.ownProviders(visitor)
  const providers = linked.flatMap(({ id, name }) => (id && name ? [{ id, name }] : []))
  return {
    csrf,
    hasPassword: person.passwordHash !== undefined,
    hasTotp: person.totp !== undefined,
    providers,
  }
}

/** The form again, with what was wrong. */
export function onceMore(
  reply: FastifyReply,
  error: unknown,
  render: (alert: string, failure: SallyportError) => string,
): FastifyReply {
  if (!(error instanceof SallyportError) || error.code === 'session_invalid') throw error
  const { retryAfterSeconds } = error
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  return reply
    .code(error.status)
    .headers(ownPageHeaders)
    .send(render(wordsOf(error), error))
}

function sessionReply({ session, person, token }: LoggedIn): SessionReply {
  const { id, email, name, role } = person
  return {
    id: session.id,
    user: { id, email, name, role },
    authenticatedAt: new Date(session.authenticatedAt).toISOString(),
    csrfToken: csrfToken(token.reveal()),
  }
}
