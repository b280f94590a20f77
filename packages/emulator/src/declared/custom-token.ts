import type { AuthOf } from '@sallyport/contract'
import type { ProviderRequest } from '../message.ts'
import { compared } from './compare.ts'
import type { Context } from './context.ts'
import { speaking, templateShape, tokenFaults } from './login-requests.ts'
import { loginSteps } from './login-steps.ts'
import { textsIn } from './request-shape.ts'
import { namesIn } from './template.ts'
import { type Authorization, newAuthorization } from './token-book.ts'
import { issuedReply, lifetimeOf, refusalReply } from './token-reply.ts'
import { accepted, type Endpoint, refused, type Verdict } from './verdict.ts'

type CustomToken = AuthOf<'custom_token'>

/** The addresses of a login that any request makes. */
export function customTokenEndpoints(context: Context): Endpoint[] {
  const auth = context.definition.auth as CustomToken
  const { tokenUrl, refreshUrl = auth.refreshRequest && tokenUrl, revokeUrl } = auth
  return [
    ...loginSteps(context, auth),
    { purpose: 'token', url: tokenUrl, answer: (request) => loggedIn(context, auth, request) },
    ...(refreshUrl === undefined
      ? []
      : [
          {
            purpose: 'refresh',
            url: refreshUrl,
            answer: (request: ProviderRequest) => refreshed(context, auth, request),
          },
        ]),
    ...(revokeUrl === undefined
      ? []
      : [
          {
            purpose: 'revoke',
            url: revokeUrl,
            answer: (request: ProviderRequest) => loggedOut(context, auth, request),
          },
        ]),
  ]
}

function loggedIn(context: Context, auth: CustomToken, request: ProviderRequest): Verdict {
  const shape = templateShape(auth.tokenUrl, auth.tokenRequest, auth.tokenMethod)
  const { brought, differences } = compared(request, shape, context.values)
  const reasons = [...differences, ...tokenFaults(context, brought)]
  if (reasons.length > 0)
    return refused('token', reasons, refusalReply(auth.tokenReply, 'invalid_request', reasons))
  return accepted('token', tokens(context, auth, auth.tokenReply, newAuthorization()))
}

function refreshed(context: Context, auth: CustomToken, request: ProviderRequest): Verdict {
  const { tokenUrl, refreshUrl = tokenUrl } = auth
  const paths = { ...auth.tokenReply, ...auth.refreshReply }
  const { brought, differences } = speaking(
    context,
    request,
    templateShape(refreshUrl, auth.refreshRequest, auth.tokenMethod),
  )
  const given = brought['token.refreshToken']
  const owner = given === undefined ? undefined : context.book.useRefresh(given, 0)
  const unknown = given !== undefined && !owner ? ['the refresh token is not one that can be used'] : []
  const reasons = [...differences, ...tokenFaults(context, brought), ...unknown]
  if (reasons.length > 0) return refused('refresh', reasons, refusalReply(paths, 'invalid_grant', reasons))
  const authorization = owner ?? ownerOf(context, Object.values(brought)) ?? newAuthorization()
  if (!auth.refreshReply?.keepsToken) return accepted('refresh', tokens(context, auth, paths, authorization))
  context.book.prolong(authorization, lifetimeOf(context, auth.renewal))
  return accepted('refresh', issuedReply(context, paths, { access: undefined }, auth.renewal))
}

function loggedOut(context: Context, auth: CustomToken, request: ProviderRequest): Verdict {
  const shape = templateShape(auth.revokeUrl ?? '', auth.revokeRequest, 'POST')
  const { brought, differences } = speaking(context, request, shape)
  const owner = ownerOf(context, Object.values(brought))
  const reasons = owner ? differences : [...differences, 'there is no token that is to end']
  if (reasons.length > 0) return refused('revoke', reasons, refusalReply({}, 'invalid_token', reasons))
  if (owner) owner.revoked = true
  return accepted('revoke', { status: 204 })
}

function ownerOf({ book }: Context, values: readonly string[]): Authorization | undefined {
  return values.map((value) => book.ownerOf(value)).find((owner) => owner !== undefined)
}

function tokens(
  context: Context,
  auth: CustomToken,
  paths: CustomToken['tokenReply'],
  authorization: Authorization,
) {
  const { book } = context
  const seconds = lifetimeOf(context, auth.renewal)
  const issue = (name: string) => book.issueAccess({ name, stage: 0, authorization, seconds })
  const asked = textsIn(auth.refreshRequest).flatMap(namesIn)
  const hasRefresh = paths?.refreshToken !== undefined || asked.includes('token.refreshToken')
  const issued = {
    access: issue('access'),
    named: Object.keys(paths?.tokens ?? {}).map(issue),
    ...(hasRefresh && { refresh: book.issueRefresh(authorization) }),
  }
  return issuedReply(context, { tokenType: 'optional', ...paths }, issued, auth.renewal)
}
