import {
  constants,
  createHmac,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto'

/** Whose assertions are taken, and the key they are verified with: a PEM, or a secret where `alg` is HS. */
export interface TrustedIssuer {
  issuer: string
  algorithm: string
  /** PEM of a public key, or the secret that both share. */
  key: string
}

/** Verifies a JWT's signature (RFC 7515, RFC 7518 §3.1) and returns its claims; throws a sentence saying what is wrong. */
export function verifiedClaims(token: string, issuers: TrustedIssuer[]): Record<string, unknown> {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.')
  if (rest.length > 0 || signature === '') throw new Error('The assertion is not a signed JWT.')
  const { alg } = parsed(header)
  const claims = parsed(payload)
  const trusted = issuers.find(({ issuer, algorithm }) => issuer === claims.iss && algorithm === alg)
  if (!trusted) throw new Error(`Nobody trusted is ${String(claims.iss)} and signs by ${String(alg)}.`)
  const signed = { data: Buffer.from(`${header}.${payload}`), signature: Buffer.from(signature, 'base64url') }
  if (!isSignedBy(signed, trusted)) throw new Error('The assertion is not signed by the key of its issuer.')
  return claims
}

function parsed(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>
  } catch {
    throw new Error('The assertion is not JSON within.')
  }
}

function isSignedBy(
  { data, signature }: { data: Buffer; signature: Buffer },
  { algorithm, key }: TrustedIssuer,
) {
  const hash = `sha${algorithm.slice(2)}`
  if (algorithm.startsWith('HS')) {
    const own = createHmac(hash, createSecretKey(Buffer.from(key)))
      .update(data)
      .digest()
    return own.length === signature.length && timingSafeEqual(own, signature)
  }
  const publicKey: KeyObject = createPublicKey(key)
  if (algorithm === 'EdDSA') return verify(null, data, publicKey, signature)
  if (algorithm.startsWith('ES')) {
    return verify(hash, data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
  }
  const padding = algorithm.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
  return verify(
    hash,
    data,
    { key: publicKey, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
    signature,
  )
}
