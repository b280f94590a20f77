import { type Fault, pointer } from '@sallyport/contract'
import type { GrantPolicy } from '../scheme.ts'
import { detailsFaults } from './authorization-details.ts'
import { grantFaults } from './grant-faults.ts'
import { isBrowsed } from './grants.ts'

/** Names that belong to the protocol: a definition that set them could undo it (A14). */
const protocolParameters =
  /^(response_type|response_mode|client_id|redirect_uri|state|nonce|code_challenge.*|resource|request|request_uri|scope|dpop_jkt)$/

const message = 'This parameter belongs to the protocol and cannot be set. Remove it.'

/** Faults between the fields of an `oauth2` block; the block may still be malformed elsewhere. */
export function definitionFaults(auth: Readonly<Record<string, unknown>>, policy: GrantPolicy = {}): Fault[] {
  return [
    ...grantFaults(auth, policy),
    ...missingClient(auth),
    ...missingEndpoints(auth),
    ...extraParameters(auth),
    ...detailsFaults(auth),
    ...badResources(auth),
    ...queryOfAuthorizationUrl(auth),
  ]
}

function missingClient(auth: Readonly<Record<string, unknown>>): Fault[] {
  if (auth.clientId !== undefined || auth.registration !== undefined || speaksForItself(auth)) return []
  return [
    {
      path: '/auth/clientId',
      code: 'required',
      message: 'Give the id that the provider knows the client by, or `registration` to register one.',
    },
  ]
}

/** Grants whose token says who asks, so that some providers know no client (RFC 7523 §3.1, RFC 8693 §2.1). */
function speaksForItself({ grant, clientAuthentication, clientSecret, clientSecrets }: Block): boolean {
  const isPublic = clientAuthentication === undefined || clientAuthentication === 'none'
  const hasSecret = clientSecret !== undefined || clientSecrets !== undefined
  return (grant === 'jwt_bearer' || grant === 'token_exchange') && isPublic && !hasSecret
}

type Block = Readonly<Record<string, unknown>>

const neededAddresses: Readonly<Record<string, readonly string[]>> = {
  authorization_code: ['authorizationUrl', 'tokenUrl'],
  device_code: ['deviceUrl', 'tokenUrl'],
}

function missingEndpoints(auth: Readonly<Record<string, unknown>>): Fault[] {
  if (auth.issuer !== undefined) return []
  const grant = isBrowsed(auth.grant) ? String(auth.grant ?? 'authorization_code') : ''
  const needed = neededAddresses[grant] ?? ['tokenUrl']
  return needed
    .filter((field) => auth[field] === undefined)
    .map((field) => ({
      path: `/auth/${field}`,
      code: 'required',
      message: 'This grant needs this address. Give it, or an issuer from which it is discovered.',
    }))
}

/** RFC 8707 §2: absolute, and without a fragment. */
function badResources(auth: Readonly<Record<string, unknown>>): Fault[] {
  if (!Array.isArray(auth.resource)) return []
  return auth.resource.flatMap((text: unknown, index) =>
    typeof text !== 'string' || /^([a-z][a-z0-9+.-]*:|\{)[^#]*$/i.test(text)
      ? []
      : [
          {
            path: `/auth/resource/${index}`,
            code: 'value_refused',
            message: 'A resource is an absolute URI without a fragment (RFC 8707 §2). Correct it.',
          },
        ],
  )
}

function extraParameters(auth: Readonly<Record<string, unknown>>): Fault[] {
  const given = auth.authorizationParams
  if (typeof given !== 'object' || given === null) return []
  return Object.keys(given)
    .filter(isProtocolParameter)
    .map((name) => ({
      path: `/auth/authorizationParams${pointer([name])}`,
      code: 'parameter_reserved',
      message,
    }))
}

function queryOfAuthorizationUrl(auth: Readonly<Record<string, unknown>>): Fault[] {
  if (typeof auth.authorizationUrl !== 'string') return []
  // All after the first mark, as it will be read; further ones are part of a value.
  const query = auth.authorizationUrl.replace(/^[^?]*\??/, '')
  const reserved = [...new URLSearchParams(query).keys()].some(isProtocolParameter)
  return reserved ? [{ path: '/auth/authorizationUrl', code: 'parameter_reserved', message }] : []
}

function isProtocolParameter(name: string): boolean {
  let plain = name
  for (let round = 0; round < 3; round += 1) plain = decoded(plain)
  // `state[]` is the same parameter to servers that read arrays.
  const bare = plain.trim().toLowerCase().replace(/\[.*$/s, '')
  return protocolParameters.test(bare)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
