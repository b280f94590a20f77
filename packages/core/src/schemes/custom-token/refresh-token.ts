import type { CustomToken, ErrorCode, Placement } from '@sallyport/contract'
import { GrantFailure } from '../grant-failure.ts'
import { asOnCalls, logOut } from '../log-out.ts'
import { sendLogin } from '../login-request.ts'
import { templatesOf } from '../request-template.ts'
import type { Connection, Credential, SchemePorts, Tokens } from '../scheme.ts'
import { tokenValues } from '../token-values.ts'
import { issuedTokens, lifetimeOf } from './fetch-token.ts'

/** Codes of a provider that no longer takes what it is asked to refresh: logging in again helps. */
const dead: ReadonlySet<ErrorCode> = new Set(['account_needs_reconnect', 'token_refused'])

/**
 * Refreshes the token; undefined where it cannot be, or the provider takes it no longer.
 *
 * @throws GrantFailure when the provider cannot answer now; EgressError when there was no answer
 */
export async function refreshToken(
  ports: SchemePorts,
  connection: Connection,
  tokens: Tokens,
): Promise<Tokens | undefined> {
  const auth = connection.definition.auth as CustomToken
  const issuedAt = ports.clock.now()
  if (!canRefresh(auth, tokens, issuedAt)) return undefined
  const url = auth.refreshUrl ?? auth.tokenUrl
  const { keepsToken = false, ...refreshReply } = auth.refreshReply ?? {}
  const paths = auth.refreshReply ? refreshReply : auth.tokenReply
  try {
    const answer = await sendLogin(ports, connection, {
      url,
      template: asOnCalls(auth.refreshRequest, url, placementsOf(connection)),
      values: tokenValues(tokens),
      method: auth.tokenMethod,
      paths,
      needsToken: !keepsToken,
    })
    return issuedTokens(answer, {
      issuedAt,
      lifetime: lifetimeOf(answer, auth, paths?.accessToken, ports.clock.now()),
      before: { ...tokens, named: tokens.named ?? {}, kept: tokens.kept ?? {} },
    })
  } catch (failure) {
    if (failure instanceof GrantFailure && dead.has(failure.code)) return undefined
    throw failure
  }
}

/** Logs out at the provider. */
export async function revokeToken(
  ports: SchemePorts,
  connection: Connection,
  { tokens }: Credential,
): Promise<'done' | 'unsupported'> {
  const { revokeUrl: url, revokeRequest } = connection.definition.auth as CustomToken
  if (url === undefined || !tokens) return 'unsupported'
  const placements = placementsOf(connection)
  return logOut(ports, connection, {
    url,
    template: asOnCalls(revokeRequest, url, placements),
    method: 'POST',
    values: tokenValues(tokens),
  })
}

function canRefresh(auth: CustomToken, tokens: Tokens, now: number): boolean {
  if (auth.refreshUrl === undefined && auth.refreshRequest === undefined) return false
  if (tokens.refreshExpiresAt !== undefined && tokens.refreshExpiresAt <= now) return false
  const texts = [auth.refreshUrl ?? '', ...templatesOf('', auth.refreshRequest).map(({ text }) => text)]
  return tokens.refreshToken !== undefined || !texts.some((text) => text.includes('{token.refreshToken}'))
}

function placementsOf({ definition }: Connection): readonly Placement[] {
  return [definition.placement ?? { in: 'header' as const }].flat()
}
