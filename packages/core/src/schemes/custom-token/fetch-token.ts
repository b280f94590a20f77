import type { CustomToken } from '@sallyport/contract'
import { Secret } from '../../secret.ts'
import type { LoginReply } from '../login-request.ts'
import { namedValues, sendLogin, takeSteps } from '../login-request.ts'
import type { Connection, SchemePorts, Tokens } from '../scheme.ts'
import { cookieLifetime } from '../set-cookie.ts'

/**
 * Logs in: takes the steps, then asks for the token.
 *
 * @throws GrantFailure as the provider's answers mean; EgressError when there was none
 */
export async function fetchToken(ports: SchemePorts, connection: Connection): Promise<Tokens> {
  const auth = connection.definition.auth as CustomToken
  const issuedAt = ports.clock.now()
  const taken = await takeSteps(ports, connection, auth.steps ?? [])
  const answer = await askForToken(ports, connection.keeping(taken.kept), taken.named)
  return issuedTokens(answer, {
    issuedAt,
    lifetime: lifetimeOf(answer, auth, auth.tokenReply?.accessToken, ports.clock.now()),
    before: {
      accessToken: undefined,
      refreshToken: undefined,
      named: secrets(taken.named),
      kept: taken.kept,
    },
  })
}

/** The request for the token, with the tokens that the steps gave. */
export function askForToken(
  ports: SchemePorts,
  connection: Connection,
  named: Readonly<Record<string, string>>,
): Promise<LoginReply> {
  const auth = connection.definition.auth as CustomToken
  return sendLogin(ports, connection, {
    url: auth.tokenUrl,
    template: auth.tokenRequest,
    method: auth.tokenMethod,
    paths: auth.tokenReply,
    needsToken: true,
    values: namedValues(named),
  })
}

/** What stays where a reply does not replace it. */
interface Before {
  readonly accessToken: Secret | undefined
  readonly refreshToken: Secret | undefined
  readonly named: Readonly<Record<string, Secret>>
  readonly kept: Readonly<Record<string, string>>
}

/** The tokens of a reply, with what stays of those before. */
export function issuedTokens(
  { read }: LoginReply,
  context: { readonly issuedAt: number; readonly lifetime: number | undefined; readonly before: Before },
): Tokens {
  const { issuedAt, lifetime, before } = context
  const accessToken = read.accessToken === undefined ? before.accessToken : new Secret(read.accessToken)
  if (!accessToken) throw new Error('no token was insisted on')
  return {
    accessToken,
    refreshToken: read.refreshToken === undefined ? before.refreshToken : new Secret(read.refreshToken),
    tokenType: 'Bearer',
    issuedAt,
    expiresAt: lifetime === undefined ? undefined : issuedAt + lifetime * 1000,
    scopes: read.scope === undefined ? [] : read.scope.split(/[\s,]+/).filter(Boolean),
    named: { ...before.named, ...secrets(read.named) },
    kept: { ...before.kept, ...read.kept },
    ...(read.refreshExpiresInSeconds !== undefined && {
      refreshExpiresAt: issuedAt + read.refreshExpiresInSeconds * 1000,
    }),
  }
}

/** Seconds: as the reply says, as its cookie says, or as the definition does. */
export function lifetimeOf(
  { reply, read }: LoginReply,
  { renewal }: Pick<CustomToken, 'renewal'>,
  path: string | undefined,
  now: number,
): number | undefined {
  const ofCookie = path?.startsWith('cookie:')
    ? cookieLifetime(reply.cookies, path.slice('cookie:'.length), now)
    : undefined
  return read.expiresInSeconds ?? ofCookie ?? renewal.defaultLifetime
}

function secrets(values: Readonly<Record<string, string>>): Record<string, Secret> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)]))
}
