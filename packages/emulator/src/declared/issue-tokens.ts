import type { AuthOf } from '@sallyport/contract'
import type { Context } from './context.ts'
import { textsIn } from './request-shape.ts'
import { namesIn } from './template.ts'
import type { AccessToken, Authorization } from './token-book.ts'
import { type Issued, lifetimeOf } from './token-reply.ts'

type OAuth2 = AuthOf<'oauth2'>

/** How often a token is exchanged before calls take it; those by a renewal less often. */
export function stages({ followUps = [] }: Pick<OAuth2, 'followUps'>): {
  readonly all: number
  readonly afterRenewal: number
} {
  const exchanges = followUps.filter(({ reply }) => reply.accessToken !== undefined)
  const again = exchanges.filter(({ onRenewal }) => onRenewal)
  return { all: exchanges.length, afterRenewal: exchanges.length - again.length }
}

/** All that an authorization brings at once. */
export function issueTokens(
  context: Context,
  auth: OAuth2,
  authorization: Authorization,
  stage: number,
): Issued & { access: AccessToken } {
  const { book } = context
  const seconds = lifetimeOf(context, auth.renewal)
  const access = book.issueAccess({ name: 'access', stage, authorization, seconds })
  const isWhole = stage === 0 || stage === stages(auth).afterRenewal
  const names = isWhole ? Object.keys(auth.tokenReply?.tokens ?? {}) : []
  const named = names.map((name) => issueNamed(context, auth, authorization, name))
  return { access, named, ...(hasRefreshTokens(auth) && { refresh: book.issueRefresh(authorization) }) }
}

/** One of the further tokens that a definition names. */
export function issueNamed(
  context: Context,
  auth: OAuth2,
  authorization: Authorization,
  name: string,
): AccessToken {
  const seconds = lifetimeOf(context, auth.renewal)
  return context.book.issueAccess({ name, stage: 0, authorization, seconds })
}

/** Not for a client of its own (RFC 6749 §4.4.3), and not where a refresh shows the access token instead. */
function hasRefreshTokens({ grant, refreshRequest }: OAuth2): boolean {
  if (['client_credentials', 'jwt_bearer', 'token_exchange'].includes(grant)) return false
  const { body, query, headers } = refreshRequest ?? {}
  const names = textsIn([body, query, headers]).flatMap(namesIn)
  return names.includes('token.refreshToken') || !names.some((name) => /^token(\.|$)/.test(name))
}
