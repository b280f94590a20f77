import { parseStrictJson } from './strict-json.ts'

const tenYearsInSeconds = 315_360_000
const longestToken = 65_536

/** What a token endpoint answered, once its meaning is read. */
export type TokenReply =
  | {
      readonly kind: 'issued'
      readonly accessToken: string
      /** As the provider wrote it; undefined when it wrote none. */
      readonly tokenType: string | undefined
      /** Undefined: keep the one that we have (RFC 6749 §6). */
      readonly refreshToken: string | undefined
      /** Undefined: unknown. */
      readonly expiresInSeconds: number | undefined
      readonly scope: string | undefined
    }
  | {
      readonly kind: 'error'
      /** RFC 6749 §5.2's `error`, or `server_error` where the provider sent something of its own. */
      readonly error: string
      readonly description: string | undefined
    }
  | { readonly kind: 'malformed'; readonly why: string }

/** Reads a token endpoint's reply (RFC 6749 §5), trusting nothing in it. */
export function readTokenReply(contentType: string | undefined, body: Uint8Array): TokenReply {
  const members = readMembers(contentType, body)
  if (!members) return { kind: 'malformed', why: 'the reply is not a JSON object with each member once' }
  const failure = readError(members)
  if (failure) return failure
  const accessToken = members.get('access_token')
  if (!isToken(accessToken)) {
    return { kind: 'malformed', why: 'access_token is missing, or not 1 to 65536 visible ASCII characters' }
  }
  const refreshToken = members.get('refresh_token')
  const present = refreshToken !== undefined && refreshToken !== null && refreshToken !== ''
  if (present && !isToken(refreshToken)) {
    return { kind: 'malformed', why: 'refresh_token is not 1 to 65536 visible ASCII characters' }
  }
  return {
    kind: 'issued',
    accessToken,
    tokenType: text(members.get('token_type')),
    refreshToken: present && isToken(refreshToken) ? refreshToken : undefined,
    expiresInSeconds: readExpiresIn(members.get('expires_in')),
    scope: text(members.get('scope')),
  }
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

function readMembers(contentType: string | undefined, body: Uint8Array): Map<string, unknown> | undefined {
  if (contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded') {
    const pairs = [...new URLSearchParams(Buffer.from(body).toString('utf8'))]
    const members = new Map<string, unknown>(pairs)
    return members.size === pairs.length ? members : undefined
  }
  const value = parseStrictJson(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return new Map(Object.entries(value))
}

function readError(members: Map<string, unknown>): TokenReply | undefined {
  const error = members.get('error')
  if (error === undefined || error === null || error === '' || error === false) return undefined
  const description = text(members.get('error_description'))
  if (typeof error === 'string') return { kind: 'error', error, description }
  return { kind: 'error', error: 'server_error', description: description ?? wordsOf(error) }
}

/** The words of an error object; what else it holds may be a token. */
function wordsOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const members = new Map<string, unknown>(Object.entries(error))
  return text(members.get('message')) ?? text(members.get('description')) ?? text(members.get('type'))
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
