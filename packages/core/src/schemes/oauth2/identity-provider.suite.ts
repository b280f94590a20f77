import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { FakeClock } from '@sallyport/testkit'
import type { CredentialReplyOutput, CredentialRequestInput } from '../scheme.ts'

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const strangersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** What an identity provider says of whoever comes back; claims that are undefined are left out. */
export interface Says {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly signedBy?: 'issuer' | 'stranger' | 'nobody' | 'client secret'
  readonly userInfo?: Readonly<Record<string, unknown>>
  readonly reply?: Readonly<Record<string, unknown>>
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** An OpenID provider that says whatever a test wants, as `send` reaches it. */
export function scriptedIssuer(clock: FakeClock, issuer: string) {
  const requests: CredentialRequestInput[] = []
  let says: Says = {}
  let nonce = ''
  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    userinfo_endpoint: `${issuer}/userinfo`,
    authorization_response_iss_parameter_supported: true,
    ...says.metadata,
  })
  const idToken = () => {
    const now = Math.floor(clock.now() / 1000)
    const claims = { iss: issuer, aud: 'client', iat: now, exp: now + 300, nonce, ...says.claims }
    const parts = [{ alg: 'RS256', kid: issuer, typ: 'JWT', ...says.header }, claims]
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${text}.${signature(text, says.signedBy ?? 'issuer').toString('base64url')}`
  }
  const answers: Readonly<Record<string, () => unknown>> = {
    '/.well-known/openid-configuration': metadata,
    '/keys': () => ({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: issuer, alg: 'RS256' }] }),
    '/token': () => ({
      access_token: 'access-token-of-a-person',
      token_type: 'Bearer',
      id_token: idToken(),
      ...says.reply,
    }),
    '/userinfo': () => says.userInfo,
  }
  return {
    issuer,
    requests,
    /** From now on. */
    says(next: Says) {
      says = next
    },
    /** The person's way through its pages, to the callback's query; `query` departs from what it would say. */
    answer(page: string, query: Readonly<Record<string, string | undefined>> = {}): URLSearchParams {
      const asked = new URL(page).searchParams
      nonce = asked.get('nonce') ?? ''
      const answer = { code: 'code-of-a-person', state: asked.get('state') ?? '', iss: issuer, ...query }
      const given = Object.entries(answer).filter((pair): pair is [string, string] => pair[1] !== undefined)
      return new URLSearchParams(given)
    },
    async send(request: CredentialRequestInput): Promise<CredentialReplyOutput> {
      requests.push(request)
      const body = answers[request.url.path]?.()
      const headers = { 'content-type': 'application/json' }
      const bytes = Buffer.from(JSON.stringify(body ?? {}))
      return { status: body === undefined ? 404 : 200, headers, cookies: [], body: bytes }
    },
  }
}

function signature(text: string, signedBy: NonNullable<Says['signedBy']>): Buffer {
  if (signedBy === 'nobody') return Buffer.alloc(0)
  if (signedBy === 'client secret') return createHmac('sha256', 'client-secret').update(text).digest()
  const key: KeyObject = signedBy === 'issuer' ? keys.privateKey : strangersKey
  return sign('sha256', Buffer.from(text), key)
}
