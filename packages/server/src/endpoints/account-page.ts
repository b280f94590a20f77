import { SallyportError } from '@sallyport/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { encodeQR } from 'qr'
import { accountPage, authenticatorPage, recoveryCodesPage } from '../pages/account-page.ts'
import { ownPageHeaders } from '../pages/layout.ts'
import { ofVisitor, onceMore } from './login.ts'
import { fieldOf, type PageRequests, type Visitor, withForms } from './page-request.ts'
import { aimOf, sendOn } from './sign-on.ts'

/** A person's own page, and what they change on it. */
export function registerAccountPage(app: FastifyInstance, pages: PageRequests): void {
  const { login } = pages.broker
  app.get('/account', (request, reply) =>
    ofVisitor(pages, '/account', reply, async () =>
      reply.headers(ownPageHeaders).send(await rendered(pages, await pages.visitor(request))),
    ),
  )
  app.get('/account/authenticator', (request, reply) =>
    ofVisitor(pages, '/account/authenticator', reply, async () => {
      const visitor = await pages.visitor(request)
      // Nothing is stored: what is shown comes back with the first code.
      return proven(pages, '/account/authenticator', reply, async () =>
        reply.headers(ownPageHeaders).send(await offered(pages, visitor)),
      )
    }),
  )
  withForms(app, (scope) => {
    const { action, toAccount } = actions(scope, pages)
    action('identities/link', async (visitor, _given, reply, request) => {
      login.requireFreshProof(visitor)
      return sendOn(pages, request, reply, {
        purpose: 'link',
        returnTo: `${pages.base}/account`,
        ...aimOf(visitor),
      })
    })
    action('identities/unlink', async (visitor, given, reply) => {
      login.requireFreshProof(visitor)
      await pages.broker.signOn.unlink(visitor, given('issuer') ?? '')
      return toAccount(reply)
    })
    action('password', async (visitor, given, reply) => {
      const passwords = { current: given('current') ?? '', password: given('password') ?? '' }
      pages.renewed(reply, await login.changePassword(visitor, passwords))
      return toAccount(reply)
    })
    action('sessions/end', async (visitor, given, reply) => {
      await login.end(visitor, given('id') ?? '')
      return toAccount(reply)
    })
    action('sessions/end-others', async (visitor, _given, reply) => {
      await login.endOthers(visitor)
      return toAccount(reply)
    })
    action('authenticator', async (visitor, given, reply) => {
      const codes = await login.enrolTotp(visitor, {
        enrolment: given('enrolment') ?? '',
        code: given('code') ?? '',
      })
      return reply.headers(ownPageHeaders).send(recoveryCodesPage({ base: pages.base, codes }))
    })
    action('authenticator/remove', async (visitor, _given, reply) => {
      await login.removeTotp(visitor)
      return toAccount(reply)
    })
    action('recovery-codes', async (visitor, _given, reply) => {
      const codes = await login.replaceRecoveryCodes(visitor)
      return reply.headers(ownPageHeaders).send(recoveryCodesPage({ base: pages.base, codes }))
    })
  })
}

type Action = (
  visitor: Visitor,
  given: (name: string) => string | undefined,
  reply: FastifyReply,
  request: FastifyRequest,
) => Promise<FastifyReply>

/** Forms of the page: each for whoever is logged in, from a page of ours alone. */
function actions(scope: FastifyInstance, pages: PageRequests) {
  const serve = (run: Action) => (request: FastifyRequest, reply: FastifyReply) =>
    ofVisitor(pages, '/account', reply, async () => {
      const visitor = await pages.changing(request)
      try {
        return await proven(pages, '/account', reply, () =>
          run(visitor, (name) => fieldOf(request.body, name), reply, request),
        )
      } catch (error) {
        const page = error instanceof SallyportError ? accountPageOf(pages, visitor) : undefined
        const render = await page
        return onceMore(reply, error, (alert) => render?.(alert) ?? '')
      }
    })
  return {
    action: (name: string, run: Action) => scope.post(`/account/${name}`, serve(run)),
    toAccount: (reply: FastifyReply) =>
      reply.headers(ownPageHeaders).redirect(pages.address('/account'), 303),
  }
}

/** Has whoever proved who they are too long ago do so first. */
async function proven(
  pages: PageRequests,
  path: string,
  reply: FastifyReply,
  serve: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await serve()
  } catch (error) {
    if (!(error instanceof SallyportError) || error.code !== 'step_up') throw error
    return pages.confirmFirst(reply, path)
  }
}

async function accountPageOf(pages: PageRequests, visitor: Visitor) {
  const [account, identities] = await Promise.all([
    pages.broker.login.read(visitor),
    pages.broker.signOn.ownProviders(visitor),
  ])
  return (alert?: string) =>
    accountPage({ base: pages.base, account, identities, acting: visitor, csrf: visitor.csrf, alert })
}

async function rendered(pages: PageRequests, visitor: Visitor): Promise<string> {
  const render = await accountPageOf(pages, visitor)
  return render()
}

async function offered(pages: PageRequests, visitor: Visitor): Promise<string> {
  const issuer = `Sallyport ${new URL(pages.publicUrl).host}`
  const { secret, uri, enrolment } = await pages.broker.login.offerTotp(visitor, issuer)
  const qrCode = encodeQR(uri.reveal(), 'svg')
  const shown = { secret: secret.reveal(), uri: uri.reveal(), enrolment }
  return authenticatorPage({ base: pages.base, csrf: visitor.csrf, ...shown, qrCode })
}
