import type { AuthOf } from '@sallyport/contract'
import type { ProviderRequest } from '../message.ts'
import { authorizationShape } from './authorization-request-shape.ts'
import { compared } from './compare.ts'
import { consented } from './consent.ts'
import type { Context } from './context.ts'
import { deviceEndpoints } from './device.ts'
import { keptPaths } from './known-values.ts'
import { firstTokens, followedUp, refreshed, revoked, tokenGranted } from './oauth2-tokens.ts'
import type { Values } from './template.ts'
import { newAuthorization } from './token-book.ts'
import type { Endpoint, Verdict } from './verdict.ts'

type OAuth2 = AuthOf<'oauth2'>

/** The addresses of an OAuth 2.0 provider. */
export function oauth2Endpoints(context: Context): Endpoint[] {
  const auth = context.definition.auth as OAuth2
  const { tokenUrl, refreshUrl = tokenUrl, revokeUrl } = auth
  const authorizationUrl = auth.grant === 'authorization_code' ? auth.authorizationUrl : undefined
  const isPolled = auth.grant === 'device_code'
  return [
    ...endpoint('authorize', authorizationUrl, (request) => authorize(context, auth, request)),
    ...endpoint('token', isPolled ? undefined : tokenUrl, (request) => tokenGranted(context, auth, request)),
    ...endpoint('refresh', refreshUrl, (request) => refreshed(context, auth, request)).map((each) => ({
      ...each,
      seemsMeant: ({ query, body }: ProviderRequest) =>
        /\brefresh_token\b/.test(`${query} ${body.toString('utf8')}`),
    })),
    ...endpoint('revoke', revokeUrl, (request) => revoked(context, auth, request)),
    ...(auth.followUps ?? []).flatMap((step, index) =>
      endpoint(`follow-up ${index + 1}`, step.url, (request) => followedUp(context, auth, index, request)),
    ),
    ...deviceEndpoints(context, auth, (authorization) => firstTokens(context, auth, authorization)),
  ]
}

function endpoint(purpose: string, url: string | undefined, answer: Endpoint['answer']): Endpoint[] {
  return url === undefined ? [] : [{ purpose, url, answer }]
}

function authorize(context: Context, auth: OAuth2, request: ProviderRequest): Verdict {
  const shape = authorizationShape(auth, context.values)
  // The answer that a person gives on the page comes to the same address, in a body.
  const asked = { ...request, method: 'GET', body: Buffer.alloc(0) }
  const { brought, differences } = compared(asked, shape, scopesInQuery(context.values, auth))
  return consented(context, request, {
    purpose: 'authorize',
    reasons: [...differences, ...scopeFaults(request, context.values, auth)],
    redirectUri: brought.redirectUri,
    answer: (isAllowed) => (isAllowed ? callbackQuery(context, auth, brought) : denial(auth, brought)),
  })
}

/** What the browser brings back, by the provider's own names. */
function callbackQuery({ book, values }: Context, auth: OAuth2, brought: Values): Record<string, string> {
  const { code: codeName = 'code', state: stateName } = auth.callbackNames ?? {}
  const state = brought['flow.state']
  const code = book.issueCode(
    newAuthorization({
      ...{ redirectUri: brought.redirectUri, state },
      codeChallenge: brought['request.codeChallenge'],
      codeChallengeMethod: auth.pkce === 'off' ? undefined : auth.pkce,
    }),
  )
  const kept = keptPaths(auth.tokenReply).flatMap(([name, path]) =>
    path.startsWith('callback:') ? [[path.slice('callback:'.length), values[`kept.${name}`] ?? '']] : [],
  )
  return {
    ...Object.fromEntries(kept),
    ...(codeName !== null && { [codeName]: code }),
    ...(state !== undefined && { [stateName ?? 'state']: state }),
  }
}

/** RFC 6749 §4.1.2.1. */
function denial({ callbackNames }: OAuth2, brought: Values): Record<string, string> {
  const state = brought['flow.state']
  const error = { error: 'access_denied', error_description: 'The person said no.' }
  return { ...error, ...(state !== undefined && { [callbackNames?.state ?? 'state']: state }) }
}

/** A `+` between scopes stands in the query as it is, so that it is read as a space. */
function scopesInQuery(values: Values, { scopeDelimiter }: OAuth2): Values {
  if (values.scope === undefined || !scopeDelimiter.includes('+')) return values
  return { ...values, scope: values.scope.replaceAll('+', ' ') }
}

function scopeFaults(
  { query }: ProviderRequest,
  { scope = '' }: Values,
  { scopeDelimiter }: OAuth2,
): string[] {
  if (!scopeDelimiter.includes('+')) return []
  const written = scope.split('+').map(encodeURIComponent).join('+')
  return query.includes(written) ? [] : [`the scopes are not joined as ${written}`]
}
