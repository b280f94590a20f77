import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { JwtTemplate } from '@sallyport/contract'
import { privateKeyText } from './pem.ts'

/** A key that signs by an algorithm, or why there is none; never with a word of the key. */
export type JwtKey =
  | { readonly key: KeyObject }
  | { readonly field: 'secret' | 'privateKey'; readonly code: string; readonly why: string }

/** The texts that a key is read from, rendered. */
export interface JwtKeyTexts {
  readonly secret?: string | undefined
  readonly privateKey?: string | undefined
}

/** Reads the key of an algorithm (RFC 7518 §3.1, RFC 8037 §3.1). */
export function readJwtKey(
  { algorithm, secretEncoding }: Pick<JwtTemplate, 'algorithm' | 'secretEncoding'>,
  { secret, privateKey }: JwtKeyTexts,
): JwtKey {
  if (algorithm.startsWith('HS')) return readSecret(algorithm, secretEncoding, secret)
  if (!privateKey)
    return { field: 'privateKey', code: 'required', why: `${algorithm} signs with a private key. Give it.` }
  const text = privateKeyText(privateKey)
  if ('why' in text) return { field: 'privateKey', code: 'private_key', why: text.why }
  const key = parsed(text.pem)
  if (!key) {
    const why = 'The private key cannot be read. Check that it was copied whole.'
    return { field: 'privateKey', code: 'private_key', why }
  }
  const why = misfit(algorithm, key)
  return why === undefined ? { key } : { field: 'privateKey', code: 'key_misfit', why }
}

function readSecret(algorithm: string, encoding: 'utf8' | 'base64', secret: string | undefined): JwtKey {
  if (!secret) return { field: 'secret', code: 'required', why: `${algorithm} signs with a secret. Give it.` }
  if (encoding === 'utf8') return { key: createSecretKey(secret, 'utf8') }
  // Node passes over what is not base64, and would sign with the rest.
  const text = secret.replace(/\s+/g, '')
  const bytes = Buffer.from(text, 'base64')
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text) || bytes.length === 0) {
    const why = 'The secret is not base64. Correct it, or leave secretEncoding out.'
    return { field: 'secret', code: 'base64', why }
  }
  return { key: createSecretKey(bytes) }
}

function parsed(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

const curves = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' } as const

/** Why a key does not sign by an algorithm; undefined when it does. */
function misfit(algorithm: JwtTemplate['algorithm'], key: KeyObject): string | undefined {
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details = {} } = key
  const wrong = (needed: string) =>
    `${algorithm} needs ${needed}, and the private key is of another kind (${details.namedCurve ?? type}).`
  if (algorithm === 'EdDSA')
    return type === 'ed25519' || type === 'ed448' ? undefined : wrong('an Ed25519 key')
  if (algorithm.startsWith('ES')) {
    const curve = curves[algorithm as keyof typeof curves]
    return details.namedCurve === curve ? undefined : wrong(`a key on the curve ${curve}`)
  }
  if (type !== 'rsa' && !(type === 'rsa-pss' && algorithm.startsWith('PS'))) return wrong('an RSA key')
  const bits = details.modulusLength ?? 0
  return bits >= 2048
    ? undefined
    : `${algorithm} needs an RSA key of 2048 bits at least (RFC 7518 §3.3), and this one has ${bits}.`
}
