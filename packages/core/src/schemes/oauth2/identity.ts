import { setTimeout as delay } from 'node:timers/promises'
import type { OAuth2, Warning } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { GrantFailure } from '../grant-failure.ts'
import type { Connection, SchemePorts, Tokens } from '../scheme.ts'
import { authorizationServer } from './authorization-server.ts'
import { clientIdOf } from './client.ts'
import { type Expected, UntrustedIdToken, verifyIdToken } from './identity-token.ts'

/** Renewed tokens are not stored before this is over, and a process may end any time. */
const longestLookMilliseconds = 3000

/** Whether id_tokens mean anything to a definition: it asks for `openid`, of an issuer that it names. */
export function isOpenId({ issuer, scopes, grant }: Pick<OAuth2, 'issuer' | 'scopes' | 'grant'>): boolean {
  return issuer !== undefined && scopes.includes('openid') && grant === 'authorization_code'
}

/**
 * Who granted these tokens, by the id_token that came with them; without one nobody is known.
 *
 * @throws GrantFailure id_token_invalid: such a grant is not stored
 */
export async function withIdentity(
  ports: SchemePorts,
  connection: Connection,
  tokens: Tokens,
  nonce: string | undefined,
): Promise<Tokens> {
  const auth = connection.definition.auth as OAuth2
  if (!isOpenId(auth) || !tokens.idToken) return tokens
  try {
    return identified(tokens, await claimsOf(ports, connection, tokens, nonce ?? ''))
  } catch (cause) {
    throw new GrantFailure('flow_refused', 'id_token_invalid', {
      message: `The provider sent an id_token that is not to be trusted: ${whyOf(cause)}. Nothing was stored. Start again; if it repeats, check the issuer.`,
    })
  }
}

/**
 * The same for renewed tokens, which are good whatever becomes of the id_token beside them (B23): an identity that
 * is not said again by the same issuer of the same person is stale.
 */
export async function withIdentityRenewed(
  ports: SchemePorts,
  connection: Connection,
  tokens: Tokens,
  previous: Tokens,
): Promise<Tokens> {
  const { identity } = previous
  if (!identity) return tokens
  const carried = { ...tokens, identity }
  if (!isOpenId(connection.definition.auth as OAuth2) || !tokens.idToken) return carried
  const stale = { ...carried, kept: { ...tokens.kept, idState: 'stale' } }
  const waiting = new AbortController()
  const limit = delay(longestLookMilliseconds, undefined, { signal: waiting.signal, ref: false })
  try {
    const claims = await Promise.race([
      claimsOf(ports, connection, tokens, undefined),
      limit.catch(() => undefined),
    ])
    const isSame = claims?.iss === identity.issuer && claims.sub === identity.subject
    return claims && isSame ? identified(carried, claims) : stale
  } catch {
    return stale
  } finally {
    waiting.abort()
  }
}

/** What an owner should know when the last renewal did not say again who the person is. */
export function identityWarnings(kept: Readonly<Record<string, string>>): Warning[] {
  if (kept.idState !== 'stale') return []
  return [
    {
      code: 'identity_stale',
      message:
        'The last renewal did not confirm whose account this is. Its tokens work; connect it again to have it confirmed.',
    },
  ]
}

/**
 * What the id_token beside these tokens says, verified.
 *
 * @throws UntrustedIdToken; SallyportError, EgressError when the issuer's keys cannot be read
 */
export async function claimsOf(
  ports: SchemePorts,
  connection: Connection,
  { idToken, clientId }: Tokens,
  nonce: string | undefined,
) {
  if (!idToken) throw new UntrustedIdToken('there is none')
  const { issuer } = await authorizationServer(ports, connection, 'jwks_uri')
  const expected: Expected = {
    issuer,
    clientId: clientId ?? clientIdOf(connection),
    nonce,
    accessToken: idToken.accessToken.reveal(),
  }
  return verifyIdToken(ports, connection, idToken.token.reveal(), expected)
}

function identified(tokens: Tokens, claims: Awaited<ReturnType<typeof claimsOf>>): Tokens {
  const { iss = '', sub, email, name, email_verified: isVerified } = claims
  return {
    ...tokens,
    identity: { issuer: iss, subject: sub },
    kept: {
      ...tokens.kept,
      idIssuer: iss,
      idSubject: sub,
      // An address that the provider has not verified is anybody's word.
      ...(typeof email === 'string' && isVerified !== false && { idEmail: email.slice(0, 320) }),
      ...(typeof name === 'string' && { idName: name.slice(0, 200) }),
      idState: 'verified',
    },
  }
}

function whyOf(cause: unknown): string {
  if (cause instanceof UntrustedIdToken) return cause.message
  return cause instanceof SallyportError ? 'the keys of its issuer could not be read' : 'it cannot be read'
}
