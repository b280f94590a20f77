import { faultsOf, OwnerInput, SetupInput } from '@sallyport/contract'
import { type Broker, invalid, SallyportError } from '@sallyport/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refuseForeign } from '../http/own-pages.ts'
import { ownPageHeaders } from '../pages/layout.ts'
import { firstKeyPage, setupDonePage, setupPage, setupScript } from '../pages/login-pages.ts'
import { fieldOf, isForm, type PageRequests, withForms, wordsOf } from './page-request.ts'

/** The first key, once: by JSON; or by the form of a plain page, which makes the first owner too. */
export function registerSetup(app: FastifyInstance, pages: PageRequests): void {
  const { broker, base } = pages
  app.get('/setup', async (_request, reply) => {
    if (await broker.setup.isDone())
      return reply.code(410).headers(ownPageHeaders).send(setupDonePage({ base }))
    return reply.headers(ownPageHeaders).send(setupPage({ base }))
  })
  app.get('/setup.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(setupScript))

  withForms(app, (scope) => {
    scope.post('/setup', async (request, reply) => {
      if (isForm(request)) return byForm(pages, request, reply)
      const key = await firstKey(broker, request.body, pages.originOf(request).address)
      return reply.code(201).header('cache-control', 'no-store').send(key)
    })
  })
}

async function byForm(
  pages: PageRequests,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { base } = pages
  const given = (name: string) => fieldOf(request.body, name)
  try {
    refuseForeign(request.headers, pages.publicUrl)
    const owner = await firstOwner(pages, request)
    pages.loggedIn(reply, owner)
    const page = firstKeyPage({ base, key: owner.key, name: owner.person.name })
    return reply.code(201).headers(ownPageHeaders).send(page)
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error
    const again = { token: given('token'), name: given('name'), email: given('email') }
    const page =
      error.code === 'setup_done'
        ? setupDonePage({ base })
        : setupPage({ base, ...again, alert: wordsOf(error) })
    return reply.code(error.status).headers(ownPageHeaders).send(page)
  }
}

/** A token that cannot be one is a wrong one, and is told before anything else. */
async function firstOwner(pages: PageRequests, request: FastifyRequest) {
  const { setup } = pages.broker
  const input = OwnerInput.safeParse(request.body)
  if (input.success) return setup.completeWithOwner(input.data, pages.originOf(request))
  await setup.checkToken(fieldOf(request.body, 'token') ?? '')
  throw invalid('input_invalid', faultsOf(input.error))
}

function firstKey(broker: Broker, body: unknown, address: string | undefined) {
  const input = SetupInput.safeParse(body)
  if (!input.success) throw invalid('input_invalid', faultsOf(input.error))
  return broker.setup.complete(input.data.token, address)
}
