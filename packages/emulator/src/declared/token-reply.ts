import type { AuthOf, TokenReplyPaths } from '@sallyport/contract'
import { jsonReply, type ProviderReply } from '../message.ts'
import type { Context } from './context.ts'
import { keptPaths } from './known-values.ts'
import { ReplyDocument } from './pointer.ts'
import type { AccessToken } from './token-book.ts'

type Renewal = AuthOf<'oauth2'>['renewal']
type ExpiryUnit = NonNullable<TokenReplyPaths['expiryUnit']>

/** What a request to a credential endpoint has brought about. */
export interface Issued {
  /** Undefined where the old token lives on. */
  readonly access: AccessToken | undefined
  readonly named?: readonly AccessToken[]
  readonly refresh?: string | undefined
}

const refreshLifetimeSeconds = 90 * 24 * 3600

/** How long tokens live: what is expected of a provider that names no lifetime, or until it lets them be renewed. */
export function lifetimeOf({ conduct }: Context, { defaultLifetime, notBefore }: Renewal): number {
  return conduct.expiresInSeconds ?? defaultLifetime ?? (notBefore === undefined ? 3600 : notBefore + 30)
}

/** A success, each value where the definition says that it stands. */
export function issuedReply(
  context: Context,
  paths: TokenReplyPaths = {},
  issued: Issued,
  renewal: Renewal,
): ProviderReply {
  const { values } = context
  const document = new ReplyDocument()
  const put = (path: string, value: unknown) => value !== undefined && document.put(path, value)
  const unit = paths.expiryUnit ?? 's'
  const written = (seconds: number) => expiry(unit, seconds, context.now())
  const isOwnType =
    paths.tokenType === 'optional' || (paths.tokenType === undefined && paths.accessToken !== undefined)
  if (issued.access) {
    put(paths.accessToken ?? '/access_token', issued.access.value)
    if (!isOwnType) put('/token_type', 'Bearer')
    if (paths.expiresIn !== undefined || renewal.defaultLifetime === undefined) {
      put(
        paths.expiresIn ?? '/expires_in',
        written((issued.access.expiresAt - issued.access.issuedAt) / 1000),
      )
    }
    put(paths.scope ?? '/scope', values.scope)
  }
  put(paths.refreshToken ?? '/refresh_token', issued.refresh)
  if (paths.refreshExpiresIn !== undefined) put(paths.refreshExpiresIn, written(refreshLifetimeSeconds))
  for (const { name, value } of issued.named ?? []) put(paths.tokens?.[name] ?? `/${name}`, value)
  for (const [name, path] of keptPaths(paths))
    if (!path.startsWith('callback:')) put(path, values[`kept.${name}`])
  const [success] = paths.error?.success ?? []
  if (paths.error && success !== undefined) put(paths.error.path, success)
  return jsonReply(200, document.body, document.headers)
}

function expiry(unit: ExpiryUnit, seconds: number, now: number): number | string {
  const end = now + seconds * 1000
  return {
    s: seconds,
    ms: seconds * 1000,
    epoch_s: Math.floor(end / 1000),
    epoch_ms: end,
    iso: new Date(end).toISOString(),
  }[unit]
}

/** A refusal as RFC 6749 §5.2 has it, or hidden in a success where the definition says so. */
export function refusalReply(
  paths: TokenReplyPaths = {},
  error: string,
  reasons: readonly string[],
): ProviderReply {
  const description = reasons.join('; ')
  if (!paths.error) {
    return jsonReply(error === 'invalid_client' ? 401 : 400, { error, error_description: description })
  }
  const document = new ReplyDocument()
  const word = error === 'invalid_grant' ? (paths.error.invalidGrant?.[0] ?? error) : error
  document.put(paths.error.path, word)
  if (paths.error.description !== undefined) document.put(paths.error.description, description)
  return jsonReply(200, document.body, document.headers)
}
