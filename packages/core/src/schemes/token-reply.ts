import type { ExpiryUnit, TokenReplyPaths } from '@sallyport/contract'
import { type ReplyDocument, readReplyDocument, readReplyHead } from './reply-document.ts'
import type { CredentialReplyOutput } from './scheme.ts'

const tenYearsInSeconds = 315_360_000
const longestToken = 65_536

/** What a token endpoint answered, once its meaning is read. */
export type TokenReply =
  | {
      readonly kind: 'issued'
      /** Undefined only where the reading does not insist on one. */
      readonly accessToken: string | undefined
      /** As the provider wrote it; undefined when it wrote none. */
      readonly tokenType: string | undefined
      /** RFC 8693 §2.2.1. */
      readonly issuedTokenType: string | undefined
      /** Undefined: keep the one that we have (RFC 6749 §6). */
      readonly refreshToken: string | undefined
      /** As it came: nobody has looked at it (OpenID Connect Core §3.1.3.3). */
      readonly idToken: string | undefined
      /** Undefined: unknown. */
      readonly expiresInSeconds: number | undefined
      readonly refreshExpiresInSeconds: number | undefined
      readonly scope: string | undefined
      /** Further tokens, by the names that the definition gives them. */
      readonly named: Readonly<Record<string, string>>
      readonly kept: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'error'
      /** RFC 6749 §5.2's `error`, or `server_error` where the provider sent something of its own. */
      readonly error: string
      readonly description: string | undefined
    }
  | { readonly kind: 'malformed'; readonly why: string }

/** How a reply is to be read. */
export interface TokenReading {
  /** Where it departs from RFC 6749 §5.1. */
  readonly paths?: TokenReplyPaths | undefined
  /** Epoch milliseconds, for providers that name a time instead of a lifetime. */
  readonly now: number
  /** Without an access token it is malformed; default true. */
  readonly needsToken?: boolean
  /** A page counts as an empty body where no path leads into it; default: where the token stands elsewhere. */
  readonly allowsPage?: boolean
}

/** Reads a token endpoint's reply (RFC 6749 §5), trusting nothing in it. */
export function readTokenReply(
  reply: Pick<CredentialReplyOutput, 'headers' | 'cookies' | 'body'>,
  { paths = {}, now, needsToken = true, allowsPage = needsToken }: TokenReading,
): TokenReply {
  const document =
    readReplyDocument(reply) ??
    (allowsPage && standsInHead(paths, needsToken) ? readReplyHead(reply) : undefined)
  if (!document)
    return { kind: 'malformed', why: 'the reply is not a document that can be read, with each member once' }
  const failure = readError(document, paths)
  if (failure) return failure
  const accessToken = textAt(document, paths.accessToken ?? '/access_token')
  const refreshToken = document.at(paths.refreshToken ?? '/refresh_token') || undefined
  const named = textsAt(document, paths.tokens ?? {})
  if (needsToken && !isToken(accessToken))
    return { kind: 'malformed', why: malformed(paths.accessToken ?? 'access_token') }
  for (const [name, token] of Object.entries({ refresh_token: refreshToken, ...named })) {
    if (token !== undefined && !isToken(token)) return { kind: 'malformed', why: malformed(name) }
  }
  const unit = paths.expiryUnit ?? 's'
  return {
    kind: 'issued',
    accessToken: isToken(accessToken) ? accessToken : undefined,
    tokenType: textAt(document, '/token_type'),
    issuedTokenType: textAt(document, '/issued_token_type'),
    refreshToken: isToken(refreshToken) ? refreshToken : undefined,
    idToken: textAt(document, '/id_token'),
    expiresInSeconds: readExpiry(document.at(paths.expiresIn ?? '/expires_in'), unit, now),
    refreshExpiresInSeconds:
      paths.refreshExpiresIn === undefined
        ? undefined
        : readExpiry(document.at(paths.refreshExpiresIn), unit, now),
    scope: textAt(document, paths.scope ?? '/scope'),
    named,
    kept: textsAt(document, paths.keep ?? {}),
  }
}

/** Whether no path leads into the body, which then may be a page. */
function standsInHead(paths: TokenReplyPaths, needsToken: boolean): boolean {
  const { accessToken = needsToken ? '/access_token' : undefined, refreshToken, expiresIn, error } = paths
  const inTables = Object.values({ ...paths.tokens, ...paths.keep })
  const given = [accessToken, refreshToken, expiresIn, error?.path, ...inTables]
  return given.every((path) => path === undefined || /^(header|cookie|callback):/.test(path))
}

/** A lifetime in seconds, in whatever unit the provider writes it. */
function readExpiry(value: unknown, unit: ExpiryUnit, now: number): number | undefined {
  if (unit === 's') return readExpiresIn(value)
  if (unit === 'iso') {
    const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
    return readExpiresIn((at - now) / 1000)
  }
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (typeof number !== 'number') return undefined
  return readExpiresIn(
    { ms: number / 1000, epoch_s: number - now / 1000, epoch_ms: (number - now) / 1000 }[unit],
  )
}

/** RFC 6749 §5.1: the lifetime in seconds, as a number or digits. Nonsense is unknown, and ten years enough. */
export function readExpiresIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 1) return undefined
  return Math.min(Math.floor(number), tenYearsInSeconds)
}

/** Bytes 0x21–0x7E: what a header field takes unchanged (RFC 6750 §2.1, with the leeway that providers need). */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestToken && /^[\x21-\x7e]+$/.test(value)
}

/** What the reply says by itself (RFC 6749 §5.2), or at the definition's path. */
function readError(document: ReplyDocument, paths: TokenReplyPaths): TokenReply | undefined {
  const own = paths.error
  if (own) {
    const code = document.at(own.path)
    if (isError(code, own.success ?? [])) {
      const error = own.invalidGrant?.includes(String(code)) ? 'invalid_grant' : (text(code) ?? String(code))
      return { kind: 'error', error, description: own.description && textAt(document, own.description) }
    }
    if (code !== undefined) return undefined
  }
  const error = document.at('/error')
  if (error === undefined || error === null || error === '' || error === false) return undefined
  const description = textAt(document, '/error_description')
  if (typeof error === 'string') return { kind: 'error', error, description }
  return { kind: 'error', error: 'server_error', description: description ?? wordsOf(error) }
}

const meansSuccess: ReadonlySet<string> = new Set(['', '0', 'true', 'ok', 'success'])

function isError(code: unknown, success: readonly string[]): boolean {
  if (code === undefined || code === null) return false
  if (typeof code === 'object') return true
  return !meansSuccess.has(String(code).toLowerCase()) && !success.includes(String(code))
}

/** The words of an error object; what else it holds may be a token. */
function wordsOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const members = new Map<string, unknown>(Object.entries(error))
  return text(members.get('message')) ?? text(members.get('description')) ?? text(members.get('type'))
}

function malformed(what: string): string {
  return `${what} is missing, or not 1 to 65536 visible ASCII characters`
}

/** Values that are there, as text; what comes from the callback is somebody else's to read. */
function textsAt(document: ReplyDocument, paths: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(paths).flatMap(([name, path]) => {
      if (path.startsWith('callback:')) return []
      const value = document.at(path)
      const found = typeof value === 'number' || typeof value === 'boolean' ? String(value) : text(value)
      return found === undefined ? [] : [[name, found]]
    }),
  )
}

function textAt(document: ReplyDocument, path: string): string | undefined {
  return text(document.at(path))
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
