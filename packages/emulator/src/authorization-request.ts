import type { Behaviour, Client } from './behaviour.ts'
import { codeChallengeIn } from './code-challenge.ts'
import { OAuthError } from './oauth-error.ts'
import { type Parameters, required, scopesIn } from './parameters.ts'

/** Where an answer may be sent; until this is known, errors are shown instead of redirected. */
export interface Destination {
  client: Client
  redirectUri: string
  /** As the request gave it; absent if the client's only registered one was taken. */
  givenRedirectUri: string | undefined
  state: string | undefined
}

/** What the person is asked for. */
export interface AuthorizationRequest {
  scopes: string[]
  codeChallenge: string | undefined
}

// RFC 6749 §4.1.2.1: with a wrong client or redirect URI the person must not be redirected.
export function destinationOf(parameters: Parameters, behaviour: Behaviour): Destination {
  const clientId = required(parameters, 'client_id')
  const client = behaviour.clients.find((known) => known.clientId === clientId)
  if (!client) throw new OAuthError('invalid_request', 'The client is unknown.')

  const registered = client.redirectUris
  const givenRedirectUri = parameters.get('redirect_uri')
  const redirectUri = givenRedirectUri ?? (registered?.length === 1 ? registered[0] : undefined)
  if (redirectUri === undefined)
    throw new OAuthError('invalid_request', 'The parameter redirect_uri is missing.')
  if (registered ? !registered.includes(redirectUri) : !isWebAddress(redirectUri)) {
    throw new OAuthError('invalid_request', 'The redirect URI is not one this client may use.')
  }
  return { client, redirectUri, givenRedirectUri, state: parameters.get('state') }
}

export function authorizationRequestIn(parameters: Parameters, behaviour: Behaviour): AuthorizationRequest {
  if (required(parameters, 'response_type') !== 'code') {
    throw new OAuthError('unsupported_response_type', 'Only response_type=code is supported.')
  }
  return { scopes: scopesIn(parameters), codeChallenge: codeChallengeIn(parameters, behaviour) }
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol } = new URL(text)
  return (protocol === 'https:' || protocol === 'http:') && !text.includes('#')
}
