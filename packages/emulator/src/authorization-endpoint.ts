import { authorizationPage, refusalPage } from './authorization-page.ts'
import {
  type AuthorizationRequest,
  authorizationRequestIn,
  type Destination,
  destinationOf,
} from './authorization-request.ts'
import type { Behaviour } from './behaviour.ts'
import { type Ledger, newGrant } from './ledger.ts'
import { methodNotAllowed, type ProviderReply, type ProviderRequest } from './message.ts'
import { OAuthError } from './oauth-error.ts'
import { formParameters, type Parameters, parametersOf } from './parameters.ts'

interface AuthorizationContext {
  behaviour: Behaviour
  ledger: Ledger
}

/** `GET /authorize` asks, `POST /authorize` with the same query and `decision` in the body answers. */
export function authorizationEndpoint(
  context: AuthorizationContext,
  request: ProviderRequest,
): ProviderReply {
  if (request.method !== 'GET' && request.method !== 'POST') return methodNotAllowed('GET', 'POST')

  let parameters: Parameters
  let destination: Destination
  try {
    parameters = parametersOf(request.query)
    destination = destinationOf(parameters, context.behaviour)
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause
    return refusalPage(cause.message)
  }

  try {
    return answer(context, request, destination, authorizationRequestIn(parameters, context.behaviour))
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause
    return sendBack(context, destination, { error: cause.code, error_description: cause.message })
  }
}

function answer(
  context: AuthorizationContext,
  request: ProviderRequest,
  destination: Destination,
  asked: AuthorizationRequest,
): ProviderReply {
  const decision =
    request.method === 'POST' ? formParameters(request).get('decision') : context.behaviour.consent
  if (decision === 'deny') throw new OAuthError('access_denied', 'The person said no.')
  if (decision !== 'allow') return authorizationPage(destination, asked, request.query)

  const code = context.ledger.issueCode({
    grant: newGrant({
      clientId: destination.client.clientId,
      subject: context.behaviour.subject,
      scopes: asked.scopes,
    }),
    redirectUri: destination.givenRedirectUri,
    codeChallenge: asked.codeChallenge,
  })
  return sendBack(context, destination, { code })
}

function sendBack(
  { behaviour }: AuthorizationContext,
  { redirectUri, state }: Destination,
  result: Record<string, string>,
): ProviderReply {
  const location = new URL(redirectUri)
  for (const [name, value] of Object.entries(result)) location.searchParams.set(name, value)
  if (state !== undefined) location.searchParams.set('state', state)
  if (behaviour.sendIssuer) location.searchParams.set('iss', behaviour.issuer)
  // 303 makes the browser drop the form it just posted (RFC 9700 §4.12).
  return {
    status: 303,
    headers: { Location: location.href, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' },
  }
}
