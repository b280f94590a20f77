import { createHmac, createPublicKey, randomBytes, timingSafeEqual, verify } from 'node:crypto'
import type { AuthOf } from '@sallyport/contract'
import type { ProviderReply, ProviderRequest } from '../message.ts'
import { addressOf } from './compare.ts'
import { consented } from './consent.ts'
import type { Context } from './context.ts'
import { formOf } from './form.ts'
import { keptPaths } from './known-values.ts'
import { filled } from './template.ts'
import { accepted, type Endpoint, refused, type Verdict } from './verdict.ts'

type OAuth1 = AuthOf<'oauth1'>

/** Tokens and their secrets, by what they open. */
interface OAuth1Tokens {
  readonly requests: Map<
    string,
    { readonly secret: string; readonly callback: string; verifier: string | undefined }
  >
  readonly access: Map<string, string>
}

const tokensOf = new WeakMap<Context, OAuth1Tokens>()

/** The addresses of the three legs (RFC 5849 §2). */
export function oauth1Endpoints(context: Context): Endpoint[] {
  const auth = context.definition.auth as OAuth1
  const { requestTokenUrl, authorizationUrl, accessTokenUrl } = auth
  if (requestTokenUrl === undefined || authorizationUrl === undefined || accessTokenUrl === undefined)
    return []
  return [
    { purpose: 'request token', url: requestTokenUrl, answer: (request) => temporary(context, request) },
    { purpose: 'authorize', url: authorizationUrl, answer: (request) => authorize(context, auth, request) },
    { purpose: 'access token', url: accessTokenUrl, answer: (request) => access(context, auth, request) },
  ]
}

/** Whether a call is signed as it has to be, with a token that is taken. */
export function oauth1CallFaults(context: Context, request: ProviderRequest): string[] {
  const token = oauthParameters(request)?.oauth_token
  const { values } = context
  const given = values['secret.token'] === undefined ? undefined : (values['secret.tokenSecret'] ?? '')
  const secret =
    token === undefined ? '' : token === values['secret.token'] ? given : tokens(context).access.get(token)
  if (secret === undefined) return ['the token is not accepted: unknown or revoked']
  const { requestTokenUrl } = context.definition.auth as OAuth1
  if (token === undefined && (requestTokenUrl !== undefined || given !== undefined))
    return ['oauth_token is missing']
  return signatureFaults(context, request, secret, token === undefined ? [] : ['oauth_token'])
}

/** Forgets all access tokens, as a provider does whose person has withdrawn consent. */
export function forgetOauth1(context: Context): void {
  tokens(context).access.clear()
}

function tokens(context: Context): OAuth1Tokens {
  const known = tokensOf.get(context) ?? { requests: new Map(), access: new Map() }
  tokensOf.set(context, known)
  return known
}

function temporary(context: Context, request: ProviderRequest): Verdict {
  const faults = signatureFaults(context, request, '', ['oauth_callback'])
  const callback = oauthParameters(request)?.oauth_callback
  if (faults.length > 0 || callback === undefined)
    return refused('request token', faults, unauthorized(faults))
  const token = opaque('request')
  const secret = opaque('secret')
  tokens(context).requests.set(token, { secret, callback, verifier: undefined })
  return accepted(
    'request token',
    form({ oauth_token: token, oauth_token_secret: secret, oauth_callback_confirmed: 'true' }),
  )
}

function authorize(context: Context, auth: OAuth1, request: ProviderRequest): Verdict {
  const query = formOf(request.query)
  const declared = addressOf(auth.authorizationUrl ?? '', context.values).query as Record<string, string[]>
  const reasons = Object.entries({ ...declared, oauth_token: undefined }).flatMap(([name, wanted]) => {
    const [value] = query[name] ?? []
    if (value === undefined) return [`the query parameter ${name} is missing`]
    return wanted === undefined || wanted[0] === value
      ? []
      : [`the query parameter ${name} is not ${wanted[0]}`]
  })
  const more = Object.keys(query).filter((name) => name !== 'oauth_token' && !Object.hasOwn(declared, name))
  const token = query.oauth_token?.[0] ?? ''
  const waiting = tokens(context).requests.get(token)
  const unknown = waiting ? [] : ['the request token is unknown']
  return consented(context, request, {
    ...{ purpose: 'authorize', redirectUri: waiting?.callback },
    reasons: [...reasons, ...more.map((name) => `the query parameter ${name} is not declared`), ...unknown],
    answer: (isAllowed) => {
      if (!isAllowed) return { denied: token }
      const verifier = opaque('verifier')
      if (waiting) waiting.verifier = verifier
      return { oauth_token: token, oauth_verifier: verifier }
    },
  })
}

function access(context: Context, auth: OAuth1, request: ProviderRequest): Verdict {
  const { oauth_token: token = '', oauth_verifier: verifier } = oauthParameters(request) ?? {}
  const waiting = tokens(context).requests.get(token)
  const faults = waiting
    ? signatureFaults(context, request, waiting.secret, ['oauth_token', 'oauth_verifier'])
    : ['the request token is unknown']
  const wrong =
    waiting && waiting.verifier !== verifier ? ['the verifier is not the one of the authorization'] : []
  const reasons = [...faults, ...wrong]
  if (reasons.length > 0) return refused('access token', reasons, unauthorized(reasons))
  tokens(context).requests.delete(token)
  const value = opaque('access')
  const secret = opaque('secret')
  tokens(context).access.set(value, secret)
  const kept = keptPaths(auth).map(([name, path]) => [
    path.replace(/^\//, ''),
    context.values[`kept.${name}`] ?? '',
  ])
  return accepted(
    'access token',
    form({ oauth_token: value, oauth_token_secret: secret, ...Object.fromEntries(kept) }),
  )
}

/** What is wrong with a signature, or with the parameters that it covers (RFC 5849 §3). */
function signatureFaults(
  context: Context,
  request: ProviderRequest,
  tokenSecret: string,
  own: readonly string[],
): string[] {
  const auth = context.definition.auth as OAuth1
  const found = oauthParameters(request)
  if (!found) return ['the header Authorization is not OAuth']
  const { realm, oauth_signature: signature = '', ...rest } = found
  const required = ['oauth_consumer_key', 'oauth_signature_method', 'oauth_timestamp', 'oauth_nonce', ...own]
  const isPlain = auth.signatureMethod === 'PLAINTEXT'
  const missing = required.filter(
    (name) => rest[name] === undefined && !(isPlain && /timestamp|nonce/.test(name)),
  )
  const undeclared = Object.keys(rest).filter((name) => !required.includes(name) && name !== 'oauth_version')
  const wantedRealm = auth.realm === undefined ? undefined : filled(auth.realm, context.values)
  return [
    ...missing.map((name) => `${name} is missing`),
    ...undeclared.map((name) => `${name} is not declared`),
    ...(realm === wantedRealm ? [] : ['the realm is not as declared']),
    ...(rest.oauth_consumer_key === filled(auth.consumerKey, context.values)
      ? []
      : ['oauth_consumer_key is not as declared']),
    ...(rest.oauth_signature_method === auth.signatureMethod
      ? []
      : [`oauth_signature_method is not ${auth.signatureMethod}`]),
    ...(isPlain || Math.abs(Number(rest.oauth_timestamp) - context.now() / 1000) <= 300
      ? []
      : ['oauth_timestamp is not now']),
    ...(isSigned(context, request, { rest, signature, tokenSecret }) ? [] : ['the signature does not hold']),
  ]
}

function isSigned(
  context: Context,
  request: ProviderRequest,
  {
    rest,
    signature,
    tokenSecret,
  }: { rest: Readonly<Record<string, string>>; signature: string; tokenSecret: string },
): boolean {
  const auth = context.definition.auth as OAuth1
  const key = `${escaped(filled(auth.consumerSecret ?? '', context.values) ?? '')}&${escaped(tokenSecret)}`
  if (auth.signatureMethod === 'PLAINTEXT') return signature === key
  const base = Buffer.from(baseText(request, rest))
  if (auth.signatureMethod === 'RSA-SHA1') {
    const pem = (filled(auth.privateKey ?? '', context.values) ?? '').replaceAll('\\n', '\n')
    return verify('sha1', base, createPublicKey(pem), Buffer.from(signature, 'base64'))
  }
  const wanted = createHmac(auth.signatureMethod === 'HMAC-SHA256' ? 'sha256' : 'sha1', key)
    .update(base)
    .digest()
  const there = Buffer.from(signature, 'base64')
  return wanted.length === there.length && timingSafeEqual(wanted, there)
}

/** RFC 5849 §3.4.1. */
function baseText(request: ProviderRequest, oauth: Readonly<Record<string, string>>): string {
  const isForm = /^application\/x-www-form-urlencoded/i.test(request.headers['content-type'] ?? '')
  const pairs = [
    ...new URLSearchParams(request.query),
    ...(isForm ? new URLSearchParams(request.body.toString('utf8')) : []),
    ...Object.entries(oauth),
  ].map(([name, value]) => [escaped(name), escaped(value)] as const)
  const sorted = pairs
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
  const address = `http://${request.headers.host}${request.path}`
  return [request.method, escaped(address), escaped(sorted.join('&'))].join('&')
}

function oauthParameters(request: ProviderRequest): Record<string, string> | undefined {
  const [, list] = /^OAuth\s+(.*)$/is.exec(request.headers.authorization ?? '') ?? []
  if (list === undefined) return undefined
  const pairs = [...list.matchAll(/([\w%.~-]+)="([^"]*)"/g)]
  return Object.fromEntries(
    pairs.map(([, name = '', value = '']) => [decodeURIComponent(name), decodeURIComponent(value)]),
  )
}

/** RFC 5849 §3.6. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function form(fields: Readonly<Record<string, string>>): ProviderReply {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Cache-Control': 'no-store' },
    body: new URLSearchParams(fields).toString(),
  }
}

function unauthorized(reasons: readonly string[]): ProviderReply {
  const headers = { 'Content-Type': 'text/plain', 'WWW-Authenticate': 'OAuth realm="emulated"' }
  return { status: 401, headers, body: reasons.join('; ') }
}

function opaque(kind: string): string {
  return `${kind}.${randomBytes(18).toString('base64url')}+/=`
}
