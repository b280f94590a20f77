import { type Fault, pointer } from '@sallyport/contract'
import type { GrantPolicy } from '../scheme.ts'
import { detailsFaults } from './authorization-details.ts'
import { departureFaults } from './departure-faults.ts'
import { grantFaults } from './grant-faults.ts'
import { isBrowsed } from './grants.ts'
import { isProtocolParameter } from './protocol-parameters.ts'

const message = 'This parameter belongs to the protocol and cannot be set. Remove it.'

/** Faults between the fields of an `oauth2` block; the block may still be malformed elsewhere. */
export function definitionFaults(auth: Readonly<Record<string, unknown>>, policy: GrantPolicy = {}): Fault[] {
  return [
    ...grantFaults(auth, policy),
    ...missingClient(auth),
    ...registrationFaults(auth),
    ...missingEndpoints(auth),
    ...extraParameters(auth),
    ...detailsFaults(auth),
    ...badResources(auth),
    ...queryOfAuthorizationUrl(auth),
    ...departureFaults(auth),
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

/** A client registers itself at a server that is known, and then has the id and secret that it was given. */
function registrationFaults(auth: Readonly<Record<string, unknown>>): Fault[] {
  if (auth.registration === undefined) return []
  const given = ['clientId', 'clientSecret', 'clientSecrets'].filter((field) => auth[field] !== undefined)
  return [
    ...given.map((field) => ({
      path: `/auth/${field}`,
      code: 'registration_given',
      message: 'A client that registers itself is given this by the provider. Remove it, or `registration`.',
    })),
    ...(auth.issuer === undefined && auth.registrationUrl === undefined
      ? [
          {
            path: '/auth/registrationUrl',
            code: 'required',
            message: 'Give the address where clients register, or an issuer from which it is discovered.',
          },
        ]
      : []),
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
  return Object.entries(given)
    .filter(([name, value]) => isProtocolParameter(name) && !isFree(auth, name, value))
    .map(([name]) => ({
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

/**
 * Whose name the definition has for something else, or for nothing: then it may say what stands there. What asks
 * for tokens in the callback is refused all the same (A7).
 */
function isFree(auth: Readonly<Record<string, unknown>>, name: string, value: unknown): boolean {
  const names: unknown = auth.authorizationNames
  if (!['response_type', 'scope', 'client_id'].includes(name)) return false
  if (typeof names !== 'object' || names === null || !Object.hasOwn(names, name)) return false
  return name !== 'response_type' || (typeof value === 'string' && !/token|[{}]/i.test(value))
}
