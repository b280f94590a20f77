import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { fakeClock } from '@sallyport/testkit'
import { codeDefinition, person, scene } from './authorization.suite.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** Public keys as the issuer publishes them. */
export const published = {
  keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
}

/** What a token says besides, or instead; a value that is undefined is left out. */
export interface Departure {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly signedBy?: 'issuer' | 'stranger' | 'nobody' | 'secret' | 'public key'
}

export const json = (body: unknown, status = 200) => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

/** Ann at an OpenID provider that says of her whatever a test wants. */
export async function openIdScene() {
  const clock = fakeClock(Date.now())
  const made = await scene({ auth: null, clock })
  const { provider, sallyport } = made
  const issuer = provider.origin
  provider.script('GET /.well-known/oauth-authorization-server', { status: 404 })
  provider.script(
    'GET /.well-known/openid-configuration',
    json({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
    }),
  )
  provider.script('GET /keys', json(published))
  const { authorizationUrl, tokenUrl, ...auth } = codeDefinition(provider).auth as Record<string, unknown>
  const definition = { ...codeDefinition(provider), auth: { ...auth, issuer, scopes: ['openid'] } }
  await made.define(definition as never)

  let nonce = ''
  let generation = 0
  /** What the token endpoint answers from now on. */
  const says = (departure: Departure = {}, reply: Readonly<Record<string, unknown>> = {}) =>
    provider.script('POST /token', () => {
      generation += 1
      const accessToken = `access-${generation}`
      const claims = {
        iss: issuer,
        sub: 'ann',
        aud: 'client',
        iat: Math.floor(clock.now() / 1000),
        exp: Math.floor(clock.now() / 1000) + 300,
        nonce,
        at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
        ...departure.claims,
      }
      return json({
        access_token: accessToken,
        refresh_token: `refresh-${generation}`,
        token_type: 'Bearer',
        expires_in: 3600,
        id_token: signedToken({ ...departure, claims }),
        ...reply,
      })
    })

  /** A person grants; the account as it is afterwards. */
  const connect = async (id: string) => {
    const ann = person()
    const page = await ann.toProvider(await made.authorize(id))
    nonce = page.searchParams.get('nonce') ?? ''
    const callback = await ann.get((await ann.get(page)).location)
    const end = callback.location === '' ? callback : await ann.get(callback.location)
    return { page, end, account: await made.read(id) }
  }
  const renew = async (id: string) => {
    const reply = await sallyport.request('POST', `/v1/accounts/${id}/renew`)
    return { status: reply.status, account: await made.read(id) }
  }
  return { ...made, clock, issuer, says, connect, renew }
}

/** A token as an issuer, or somebody else, would sign it. */
export function signedToken({ header = {}, claims = {}, signedBy = 'issuer' }: Departure): string {
  const parts = [{ alg: 'RS256', kid: 'one', typ: 'JWT', ...header }, claims]
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${signature(text, signedBy).toString('base64url')}`
}

function signature(text: string, signedBy: NonNullable<Departure['signedBy']>): Buffer {
  if (signedBy === 'nobody') return Buffer.alloc(0)
  if (signedBy === 'secret') return createHmac('sha256', 'client-secret').update(text).digest()
  if (signedBy === 'public key') {
    const pem = publicKey.export({ type: 'spki', format: 'pem' })
    return createHmac('sha256', pem).update(text).digest()
  }
  const key: KeyObject = signedBy === 'issuer' ? privateKey : stranger
  return sign('sha256', Buffer.from(text), key)
}

/** A stranger's public key, for a token to bring along. */
export const strangersKey = {
  ...stranger.export({ format: 'jwk' }),
  d: undefined,
  p: undefined,
  q: undefined,
}
