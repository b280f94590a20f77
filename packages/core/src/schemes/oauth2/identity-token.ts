import { createHash } from 'node:crypto'
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import { parseUrl } from '../../destination/url.ts'
import { SallyportError } from '../../error.ts'
import { KeySets, type PublicKeys } from '../key-sets.ts'
import type { Connection, SchemePorts } from '../scheme.ts'
import { parseStrictJson } from '../strict-json.ts'
import { authorizationServer } from './authorization-server.ts'

/** Signatures by a key pair only: with a secret, or none, anybody who knows the client could sign. */
const algorithms = ['RS', 'PS', 'ES'].flatMap((family) => ['256', '384', '512'].map((bits) => family + bits))
const mostKeys = 64
const skewSeconds = 60

/** What an id_token must say. */
export interface Expected {
  readonly issuer: string
  readonly clientId: string
  /** Undefined where none was sent: at a renewal. */
  readonly nonce: string | undefined
  readonly accessToken: string
}

/** Why an id_token is not to be trusted, in words that hold nothing of it. */
export class UntrustedIdToken extends Error {}

/**
 * Verifies an id_token (OpenID Connect Core §3.1.3.7) by the keys that its issuer publishes. What the token itself
 * says of keys (`jku`, `x5u`, `jwk`) is not read.
 *
 * @throws UntrustedIdToken; SallyportError, EgressError when the issuer's keys cannot be read
 */
export async function verifyIdToken(
  ports: SchemePorts,
  connection: Connection,
  token: string,
  expected: Expected,
): Promise<JWTPayload & { readonly sub: string }> {
  const { header, claims } = await verifiedBySignature(ports, connection, token, expected)
  const { aud, azp, iat = 0, nonce, sub } = claims
  const now = ports.clock.now() / 1000
  if (Array.isArray(aud) && aud.length > 1 && azp === undefined) throw new UntrustedIdToken('azp is missing')
  if (azp !== undefined && azp !== expected.clientId) throw new UntrustedIdToken('azp names another client')
  if (iat > now + skewSeconds) throw new UntrustedIdToken('iat lies ahead')
  if (expected.nonce !== undefined && nonce !== expected.nonce) throw new UntrustedIdToken('nonce differs')
  const hash = claims.at_hash
  if (hash !== undefined && hash !== hashOf(header.alg ?? '', expected.accessToken)) {
    throw new UntrustedIdToken('at_hash is of another access token')
  }
  if (typeof sub !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(sub))
    throw new UntrustedIdToken('sub is missing')
  return { ...claims, sub }
}

async function verifiedBySignature(
  ports: SchemePorts,
  connection: Connection,
  token: string,
  { issuer, clientId }: Expected,
) {
  const options: JWTVerifyOptions = {
    algorithms: [...algorithms, 'EdDSA', 'Ed25519'],
    issuer,
    audience: clientId,
    clockTolerance: skewSeconds,
    currentDate: new Date(ports.clock.now()),
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
  }
  const { name, read } = await keySource(ports, connection)
  const sets = ports.keySets ?? new KeySets(ports.clock)
  try {
    return await verifiedBy(await sets.get(name, read), token, options)
  } catch (failure) {
    const isUnknownKey = failure instanceof errors.JWKSNoMatchingKey
    const renewed = isUnknownKey ? sets.again(name, read) : undefined
    if (!renewed) throw untrusted(failure)
    const keys = await renewed
    return verifiedBy(keys, token, options).catch((cause: unknown) => {
      throw untrusted(cause)
    })
  }
}

async function verifiedBy(keys: PublicKeys, token: string, options: JWTVerifyOptions) {
  const keySet = createLocalJWKSet({ keys: [...keys] } as JSONWebKeySet)
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keySet, options)
    return { header: protectedHeader, claims: payload }
  } catch (failure) {
    if (!(failure instanceof errors.JWKSMultipleMatchingKeys)) throw failure
    // Without a `kid` any of them may have signed.
    for await (const key of failure) {
      const verified = await jwtVerify(token, key, options).catch((cause: unknown) => {
        if (cause instanceof errors.JWSSignatureVerificationFailed) return undefined
        throw cause
      })
      if (verified) return { header: verified.protectedHeader, claims: verified.payload }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

async function keySource(
  ports: SchemePorts,
  connection: Connection,
): Promise<{ readonly name: string; readonly read: () => Promise<PublicKeys> }> {
  const { jwks_uri: address = '' } = await authorizationServer(ports, connection, 'jwks_uri')
  const url = parseUrl(address)
  if (!url) throw new UntrustedIdToken('its issuer publishes no keys (jwks_uri)')
  const tls = connection.tls('credential')
  // Behind a private authority another server may bear the same name.
  const name = tls === undefined ? address : `${connection.registrant?.id} ${address}`
  const read = async (): Promise<PublicKeys> => {
    // Nothing secret goes there, and where it is, the issuer says: the hosts of a definition do not matter.
    const reply = await ports.send({
      tls,
      url,
      method: 'GET',
      headers: { accept: 'application/json' },
      body: undefined,
    })
    const document = reply.status === 200 ? parseStrictJson(reply.body) : undefined
    const keys =
      typeof document === 'object' && document !== null && 'keys' in document ? document.keys : undefined
    if (!Array.isArray(keys) || keys.length > mostKeys || !keys.every(isObject)) {
      throw new SallyportError('upstream_unreachable', {
        message: `The issuer answered ${reply.status}, but not with at most ${mostKeys} keys (RFC 7517 §5).`,
      })
    }
    return keys
  }
  return { name, read }
}

/** OpenID Connect Core §3.1.3.6: the left half of the hash that goes with the signature. */
function hashOf(algorithm: string, accessToken: string): string {
  const bits = /(256|384|512)$/.exec(algorithm)?.[1] ?? '512'
  const hash = createHash(`sha${bits}`).update(accessToken).digest()
  return hash.subarray(0, hash.length / 2).toString('base64url')
}

function untrusted(failure: unknown): unknown {
  if (failure instanceof errors.JWTClaimValidationFailed)
    return new UntrustedIdToken(`${failure.claim} is wrong`)
  if (failure instanceof errors.JWTExpired) return new UntrustedIdToken('it has expired')
  if (failure instanceof errors.JOSEAlgNotAllowed) return new UntrustedIdToken('its algorithm is not allowed')
  if (failure instanceof errors.JWKSNoMatchingKey) return new UntrustedIdToken('no key of its issuer fits')
  if (failure instanceof errors.JOSEError || failure instanceof TypeError) {
    return new UntrustedIdToken('its signature does not hold')
  }
  return failure
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
