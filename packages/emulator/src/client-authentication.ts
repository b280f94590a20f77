import { basicCredentials } from './basic-credentials.ts'
import type { Behaviour, Client, ClientAuthenticationMethod } from './behaviour.ts'
import type { ProviderRequest } from './message.ts'
import { OAuthError } from './oauth-error.ts'
import type { Parameters } from './parameters.ts'
import { sameSecret } from './same-secret.ts'

interface Attempt {
  method: ClientAuthenticationMethod
  clientId: string
  clientSecret: string | undefined
}

/** The client that sent the request, proved by exactly one accepted method. */
export function authenticatedClient(
  behaviour: Behaviour,
  request: ProviderRequest,
  parameters: Parameters,
): Client {
  const attempt = attemptIn(request, parameters)
  if (!behaviour.clientAuthenticationMethods.includes(attempt.method)) {
    throw new OAuthError('invalid_client', `Client authentication by ${attempt.method} is not accepted.`)
  }
  const client = behaviour.clients.find(({ clientId }) => clientId === attempt.clientId)
  if (!client || !proves(attempt, client)) {
    throw new OAuthError('invalid_client', 'The client is unknown or its secret is wrong.')
  }
  return client
}

// RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request."
function attemptIn(request: ProviderRequest, parameters: Parameters): Attempt {
  const authorization = request.headers.authorization
  const clientId = parameters.get('client_id')
  const clientSecret = parameters.get('client_secret')
  const assertion = parameters.get('client_assertion')

  if ([authorization, clientSecret, assertion].filter((used) => used !== undefined).length > 1) {
    throw new OAuthError('invalid_request', 'More than one way of client authentication was used.')
  }
  if (assertion !== undefined) {
    throw new OAuthError('invalid_client', 'Client authentication by assertion is not accepted.')
  }
  if (authorization !== undefined) return basicAttempt(authorization, clientId)
  if (clientId === undefined) throw new OAuthError('invalid_client', 'No client authentication was sent.')
  return { method: clientSecret === undefined ? 'none' : 'body', clientId, clientSecret }
}

function basicAttempt(authorization: string, clientId: string | undefined): Attempt {
  const pair = basicCredentials(authorization)
  if (!pair) throw new OAuthError('invalid_client', 'The Authorization header cannot be read.')

  const attempt: Attempt = {
    method: 'basic',
    clientId: formDecoded(pair.user),
    clientSecret: formDecoded(pair.password),
  }
  if (clientId !== undefined && clientId !== attempt.clientId) {
    throw new OAuthError('invalid_request', 'The header and client_id name different clients.')
  }
  return attempt
}

// RFC 6749 §2.3.1: id and secret are form-encoded before they become user name and password.
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new OAuthError('invalid_client', 'The client id and secret are not form-encoded.')
  }
}

function proves(attempt: Attempt, client: Client): boolean {
  if (client.clientSecret === undefined) return attempt.method === 'none'
  return attempt.clientSecret !== undefined && sameSecret(attempt.clientSecret, client.clientSecret)
}
