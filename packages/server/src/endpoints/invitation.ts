import { PersonName } from '@sallyport/contract'
import { SallyportError } from '@sallyport/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refuseForeign } from '../http/own-pages.ts'
import { ownPageHeaders } from '../pages/layout.ts'
import { invitationPage } from '../pages/sign-on-pages.ts'
import { onceMore } from './login.ts'
import { fieldOf, type PageRequests, withForms } from './page-request.ts'
import { orFailure, registerSignOn, sendOn } from './sign-on.ts'

interface Invited {
  readonly Params: { readonly token: string }
}

/** How people come in who have no password here: by an identity provider, or by an invitation. */
export function registerSignOnPages(app: FastifyInstance, pages: PageRequests): void {
  registerSignOn(app, pages)
  registerInvitation(app, pages)
}

/** Where somebody who was invited becomes a user: by a password, or by an identity provider. */
function registerInvitation(app: FastifyInstance, pages: PageRequests): void {
  const { invitations } = pages.broker
  app.get<Invited>('/invitation/:token', (request, reply) =>
    orFailure(pages, reply, async () => {
      const { token } = request.params
      const invitation = await invitations.open(token)
      const content = { base: pages.base, invitation, action: pathOf(pages, token) }
      return reply.headers(ownPageHeaders).send(invitationPage(content))
    }),
  )
  withForms(app, (scope) => {
    scope.post<Invited>('/invitation/:token', (request, reply) =>
      orFailure(pages, reply, () => {
        refuseForeign(request.headers, pages.publicUrl)
        return accept(pages, request, reply)
      }),
    )
    scope.post<Invited>('/invitation/:token/sso', (request, reply) =>
      orFailure(pages, reply, async () => {
        refuseForeign(request.headers, pages.publicUrl)
        const { id, organizationId } = await invitations.open(request.params.token)
        return sendOn(pages, request, reply, { purpose: 'invitation', subjectId: id, organizationId })
      }),
    )
  })
}

async function accept(
  pages: PageRequests,
  request: FastifyRequest<Invited>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { token } = request.params
  const { invitations } = pages.broker
  const invitation = await invitations.open(token)
  const name = fieldOf(request.body, 'name')
  try {
    const parsed = PersonName.safeParse(name)
    if (!parsed.success) throw new SallyportError('input_invalid', { message: 'Say what you are called.' })
    const given = { name: parsed.data, password: fieldOf(request.body, 'password') ?? '' }
    pages.loggedIn(reply, await invitations.accept(token, given, pages.originOf(request)))
    return reply.headers(ownPageHeaders).redirect(pages.address('/account'), 303)
  } catch (error) {
    if (error instanceof SallyportError && error.code === 'invitation_invalid') throw error
    const content = { base: pages.base, invitation, action: pathOf(pages, token), name }
    return onceMore(reply, error, (alert) => invitationPage({ ...content, alert }))
  }
}

function pathOf({ base }: PageRequests, token: string): string {
  return `${base}/invitation/${encodeURIComponent(token)}`
}
