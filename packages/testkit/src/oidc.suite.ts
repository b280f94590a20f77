import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { expect, onTestFinished } from 'vitest'
import type { OidcServerOptions } from './oidc-options.ts'
import { type OidcServer, oidcServer } from './oidc-server.ts'

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An ES256 key pair, or with `HS256` a secret, that signs compact JWTs. */
export function jwtSigner(secret?: string) {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const privateKey: KeyObject = pair.privateKey
  const publicJwk = pair.publicKey.export({ format: 'jwk' })
  return {
    publicJwk,
    publicPem: pair.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    sign(claims: Record<string, unknown>, header: Record<string, unknown> = {}) {
      const data = `${encoded({ alg: secret === undefined ? 'ES256' : 'HS256', ...header })}.${encoded(claims)}`
      const signature =
        secret === undefined
          ? sign('sha256', Buffer.from(data), { key: privateKey, dsaEncoding: 'ieee-p1363' })
          : createHmac('sha256', secret).update(data).digest()
      return `${data}.${signature.toString('base64url')}`
    },
  }
}

/** Claims of an assertion that is good for a minute. */
export function assertionClaims(issuer: string, audience: string, subject = issuer) {
  const now = Math.floor(Date.now() / 1000)
  return { iss: issuer, sub: subject, aud: audience, iat: now, exp: now + 60, jti: randomUUID() }
}

/** A provider that ends with the test, and what posts forms to it. */
export async function startedOidc(options: OidcServerOptions = {}) {
  const server = await oidcServer(options)
  onTestFinished(server.close)
  return { server, post, basic }
}

async function post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const reply = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(fields) })
  const text = await reply.text()
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, string>
  return { status: reply.status, body, headers: reply.headers }
}

function basic({ clientId, clientSecret }: OidcServer['machine']) {
  return { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` }
}

/** The claims of a JWT, unverified. */
export function claimsOf(token = ''): Record<string, unknown> {
  expect(token.split('.')).toHaveLength(3)
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
