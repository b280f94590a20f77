import { errors, type KoaContext, type Provider } from 'oidc-provider'
import { type TrustedIssuer, verifiedClaims } from './verify-jwt.ts'

const { CustomOIDCProviderError, InvalidRequest, InvalidScope } = errors

// The provider's own error of this name keeps its reason to itself.
const invalidGrant = (reason: string) => new CustomOIDCProviderError('invalid_grant', reason)

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const jwtType = 'urn:ietf:params:oauth:token-type:jwt'

/** Where assertions are taken, and from whom. */
export interface AssertionRules {
  provider: Provider
  /** What an assertion's `aud` may be. */
  audiences: string[]
  issuers: TrustedIssuer[]
}

/** Adds the JWT bearer grant (RFC 7523 §2.1) and token exchange (RFC 8693) to a provider. */
export function registerAssertionGrants(rules: AssertionRules) {
  const { provider } = rules
  provider.registerGrantType(
    jwtBearer,
    async (context) => {
      const { oidc } = context
      const accountId = await subjectOf(rules, required(oidc?.params.assertion, 'assertion'))
      context.body = await issued(provider, context, { accountId, grantType: jwtBearer })
    },
    ['assertion', 'scope'],
  )
  provider.registerGrantType(
    tokenExchange,
    async (context) => {
      const accountId = await exchangedSubject(rules, context)
      const body = await issued(provider, context, { accountId, grantType: tokenExchange })
      context.body = { ...body, issued_token_type: accessTokenType }
    },
    [
      'subject_token',
      'subject_token_type',
      'actor_token',
      'actor_token_type',
      'requested_token_type',
      'audience',
      'resource',
      'scope',
    ],
    ['audience', 'resource'],
  )
}

async function exchangedSubject(rules: AssertionRules, { oidc }: KoaContext): Promise<string> {
  const token = required(oidc?.params.subject_token, 'subject_token')
  const type = required(oidc?.params.subject_token_type, 'subject_token_type')
  const wanted = oidc?.params.requested_token_type
  if (wanted !== undefined && wanted !== accessTokenType)
    throw new InvalidRequest(`requested_token_type ${wanted} is not issued here`)
  if (type === jwtType) return subjectOf(rules, token)
  if (type !== accessTokenType) throw new InvalidRequest(`subject_token_type ${type} is not taken here`)
  const found = await rules.provider.AccessToken.find(token)
  if (!found?.accountId) throw new InvalidRequest('subject_token is not valid')
  return found.accountId
}

// RFC 7523 §3: who, for whom, until when, and each assertion once.
async function subjectOf(
  { provider, audiences, issuers }: AssertionRules,
  assertion: string,
): Promise<string> {
  let claims: Record<string, unknown>
  try {
    claims = verifiedClaims(assertion, issuers)
  } catch (cause) {
    throw invalidGrant((cause as Error).message)
  }
  const { iss, sub, aud, exp, nbf, jti } = claims
  const now = Date.now() / 1000
  if (typeof sub !== 'string') throw invalidGrant('The assertion has no sub.')
  if (![aud].flat().some((one) => audiences.includes(one as string)))
    throw invalidGrant(`The assertion is for ${JSON.stringify(aud)}.`)
  if (typeof exp !== 'number' || exp <= now) throw invalidGrant('The assertion has expired.')
  if (typeof nbf === 'number' && nbf > now + 5) throw invalidGrant('The assertion is not good yet.')
  if (typeof jti !== 'string') throw invalidGrant('The assertion has no jti.')
  if (!(await provider.ReplayDetection.unique(String(iss), jti, Math.ceil(exp))))
    throw invalidGrant('The assertion was used before.')
  return sub
}

async function issued(
  provider: Provider,
  { oidc }: KoaContext,
  { accountId, grantType }: { accountId: string; grantType: string },
) {
  if (!oidc) throw new InvalidRequest('There is no request.')
  const { client } = oidc
  const scope = oidc.params.scope ?? 'openid'
  const unknown = scope.split(' ').filter((one) => !['openid', 'read', 'write'].includes(one))
  if (unknown.length > 0) throw new InvalidScope('This scope is not offered.', unknown.join(' '))
  const grant = new provider.Grant({ clientId: client.clientId, accountId })
  grant.addOIDCScope(scope)
  const grantId = await grant.save()
  const token = new provider.AccessToken({ accountId, client, grantId, gty: grantType, scope })
  const access_token = await token.save()
  return { access_token, token_type: token.tokenType, expires_in: token.expiration, scope }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new InvalidRequest(`missing required parameter ${name}`)
  return value
}
