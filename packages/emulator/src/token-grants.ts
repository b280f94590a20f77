import type { Behaviour, Client } from './behaviour.ts'
import { checkCodeVerifier } from './code-challenge.ts'
import type { Grant, GrantType, Ledger, RefreshToken } from './ledger.ts'
import { OAuthError } from './oauth-error.ts'
import { type Parameters, required, scopesIn } from './parameters.ts'

/** What a grant needs besides the request. */
export interface GrantContext {
  behaviour: Behaviour
  ledger: Ledger
  now: () => number
  reuseDetected: () => void
}

/** What a grant yields; the token endpoint puts it on the wire. */
export interface Issued {
  accessToken: string
  refreshToken: string | undefined
  scopes: string[]
}

type IssueFor = (context: GrantContext, client: Client, parameters: Parameters) => Issued

function authorizationCode(
  { behaviour, ledger, now }: GrantContext,
  client: Client,
  parameters: Parameters,
): Issued {
  const code = ledger.code(required(parameters, 'code'))
  if (!code || code.grant.clientId !== client.clientId || code.expiresAt <= now()) {
    throw new OAuthError('invalid_grant', 'The code is unknown, expired or of another client.')
  }
  if (code.used) {
    // RFC 6749 §4.1.2: tokens issued on a code that is used twice should be revoked.
    code.grant.revoked = true
    throw new OAuthError('invalid_grant', 'The code has been used.')
  }
  code.used = true
  if (code.redirectUri !== undefined && parameters.get('redirect_uri') !== code.redirectUri) {
    throw new OAuthError('invalid_grant', 'redirect_uri differs from that of the authorization request.')
  }
  checkCodeVerifier(parameters.get('code_verifier'), code.codeChallenge)

  return {
    accessToken: ledger.issueAccessToken(code.grant, 'authorization_code'),
    refreshToken: behaviour.refreshTokens ? ledger.issueRefreshToken(code.grant) : undefined,
    scopes: code.grant.scopes,
  }
}

function refreshToken(context: GrantContext, client: Client, parameters: Parameters): Issued {
  const { behaviour, ledger, now } = context
  const token = ledger.refreshToken(required(parameters, 'refresh_token'))
  if (!token || token.grant.clientId !== client.clientId) {
    throw new OAuthError('invalid_grant', 'The refresh token is unknown or of another client.')
  }
  token.timesSent += 1
  if (replacedForGood(token, context)) {
    token.grant.revoked = true
    token.grant.reuseEvents += 1
    context.reuseDetected()
    throw new OAuthError('invalid_grant', 'The refresh token was used before; all its tokens are revoked.')
  }
  if (token.grant.revoked) throw new OAuthError('invalid_grant', 'The authorization was revoked.')

  const scopes = narrowed(token.grant, scopesIn(parameters))
  const accessToken = ledger.issueAccessToken(token.grant, 'refresh_token', scopes)
  if (behaviour.rotation === 'static') return { accessToken, refreshToken: undefined, scopes }
  token.replacedAt ??= now()
  return { accessToken, refreshToken: ledger.issueRefreshToken(token.grant), scopes }
}

function replacedForGood(token: RefreshToken, { behaviour, now }: GrantContext): boolean {
  if (token.replacedAt === undefined) return false
  return behaviour.rotation !== 'grace' || now() >= token.replacedAt + behaviour.graceSeconds * 1000
}

function narrowed(grant: Grant, asked: string[]): string[] {
  if (asked.some((scope) => !grant.scopes.includes(scope))) {
    throw new OAuthError('invalid_scope', 'A refresh may not widen the scope.')
  }
  return asked.length === 0 ? grant.scopes : asked
}

function clientCredentials({ ledger }: GrantContext, client: Client, parameters: Parameters): Issued {
  // RFC 6749 §4.4: "MUST only be used by confidential clients."
  if (client.clientSecret === undefined) {
    throw new OAuthError('unauthorized_client', 'A public client has no credentials of its own.')
  }
  const scopes = scopesIn(parameters)
  const grant = ledger.machineGrant(client.clientId)
  return {
    accessToken: ledger.issueAccessToken(grant, 'client_credentials', scopes),
    refreshToken: undefined,
    scopes,
  }
}

/** The grants this provider knows. */
export const tokenGrants: Record<GrantType, IssueFor> = {
  authorization_code: authorizationCode,
  refresh_token: refreshToken,
  client_credentials: clientCredentials,
}
