import { createHmac, sign } from 'node:crypto'
import type { OAuth1 } from '@sallyport/contract'

/** What proves who signs (RFC 5849 §3.4). */
export interface SigningKeys {
  readonly consumerSecret: string
  /** PEM, for RSA-SHA1. */
  readonly privateKey: string | undefined
  readonly tokenSecret: string
}

/** A request as it is signed. */
export interface SignedRequest {
  readonly method: string
  readonly origin: string
  /** With its query, as on the request line. */
  readonly path: string
  /** The body's fields, where it is a form. */
  readonly form: string
}

type Parameter = readonly [name: string, value: string]

/** The `Authorization` header of a request (RFC 5849 §3.5.1), signed. */
export function authorizationHeader(
  method: OAuth1['signatureMethod'],
  request: SignedRequest,
  protocol: readonly Parameter[],
  keys: SigningKeys,
  realm: string | undefined,
): string {
  const parameters = [...protocol, ['oauth_signature_method', method] as const]
  const signature = signatureOf(method, baseString(request, parameters), keys)
  const fields = [...parameters, ['oauth_signature', signature] as const].map(
    ([name, value]) => `${encoded(name)}="${encoded(value)}"`,
  )
  const first = realm === undefined ? [] : [`realm="${realm.replace(/["\\]/g, '\\$&')}"`]
  return `OAuth ${[...first, ...fields].join(', ')}`
}

/** RFC 5849 §3.4.1: method, address without its query, and every parameter, sorted. */
export function baseString(
  { method, origin, path, form }: SignedRequest,
  protocol: readonly Parameter[],
): string {
  const mark = path.indexOf('?')
  const [plain, query] = mark === -1 ? [path, ''] : [path.slice(0, mark), path.slice(mark + 1)]
  const pairs = [...formPairs(query), ...formPairs(form), ...protocol]
    .map(([name, value]): Parameter => [encoded(name), encoded(value)])
    .sort(([name, value], [otherName, otherValue]) =>
      name === otherName ? compare(value, otherValue) : compare(name, otherName),
    )
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  return [method.toUpperCase(), encoded(`${origin}${plain}`), encoded(pairs)].join('&')
}

function signatureOf(method: OAuth1['signatureMethod'], base: string, keys: SigningKeys): string {
  const key = `${encoded(keys.consumerSecret)}&${encoded(keys.tokenSecret)}`
  switch (method) {
    case 'PLAINTEXT':
      return key
    case 'RSA-SHA1':
      return sign('sha1', Buffer.from(base), keys.privateKey ?? '').toString('base64')
    default:
      return createHmac(method === 'HMAC-SHA1' ? 'sha1' : 'sha256', key)
        .update(base)
        .digest('base64')
  }
}

function formPairs(text: string): Parameter[] {
  return text === '' ? [] : [...new URLSearchParams(text)]
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** RFC 5849 §3.6. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
