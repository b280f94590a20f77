import { createHash, createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'
import type { Clock, Random } from '../../ports.ts'
import { Secret } from '../../secret.ts'

/** What a proof says of its request (RFC 9449 §4.2). */
export interface ProofInput {
  readonly method: string
  /** Without query and fragment. */
  readonly address: string
  /** The server's, where it gave one. */
  readonly nonce: string | undefined
  /** The token that goes with it, at an API. */
  readonly accessToken?: Secret
}

/** A key for one account's proofs, as a private JWK: P-256, for ES256. */
export function newProofKey(): Secret {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return new Secret(JSON.stringify(privateKey.export({ format: 'jwk' })))
}

/** What servers know a key by: `dpop_jkt` (RFC 7638, RFC 9449 §10). */
export function thumbprintOf(key: Secret): string {
  const { crv, kty, x, y } = publicPart(key)
  return sha256(JSON.stringify({ crv, kty, x, y }))
}

/** Proves possession of the key for one request: each proof is good once. */
export function dpopProof(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  key: Secret,
  { method, address, nonce, accessToken }: ProofInput,
): string {
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: publicPart(key) }
  const claims = {
    jti: random.bytes(16).toString('base64url'),
    htm: method,
    htu: address,
    iat: Math.floor(clock.now() / 1000),
    ...(nonce !== undefined && { nonce }),
    ...(accessToken && { ath: sha256(accessToken.reveal()) }),
  }
  const signed = [header, claims].map((part) => encoded(JSON.stringify(part))).join('.')
  const privateKey = createPrivateKey({ key: privatePart(key), format: 'jwk' })
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

function privatePart(key: Secret): JsonWebKey {
  return JSON.parse(key.reveal()) as JsonWebKey
}

function publicPart(key: Secret): JsonWebKey {
  const { d, ...rest } = privatePart(key)
  return rest
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url')
}
