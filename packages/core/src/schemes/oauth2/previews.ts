import type { Definition, OAuth2 } from '@sallyport/contract'
import { answered, type PreviewContext, previewOf, type RequestPreview } from '../request-preview.ts'
import type { CredentialRequestInput } from '../scheme.ts'
import { authorizationServer } from './authorization-server.ts'
import { begin } from './authorize.ts'
import { complete, consentedToken, isConsent } from './callback.ts'
import { deviceAuthorization } from './device.ts'
import { followUp } from './follow-ups.ts'
import { grantRequest, isFetched } from './grants.ts'
import { refresh } from './refresh.ts'
import { namesRevocation, revoke } from './revoke.ts'
import { requestToken } from './token-request.ts'

/** What an account of this definition has sent, from its authorization to the end of its tokens. */
export function previews(definition: Definition): RequestPreview[] {
  const auth = definition.auth as OAuth2
  return [
    ...(auth.grant === 'authorization_code' ? [authorization] : []),
    ...(auth.grant === 'device_code' ? [device] : []),
    firstToken(auth),
    ...(auth.followUps ?? []).map((step) => following(step)),
    ...(isRefreshed(auth) ? [refreshing] : []),
    ...(namesRevocation(definition) ? [revocation] : []),
  ]
}

const authorization: RequestPreview = {
  purpose: 'authorization',
  run: async (ports, { connection, redirectUri, state }) => ({
    page: (await begin(ports, connection, { redirectUri, state })).url,
  }),
  answer,
}

const device = previewOf(
  'device_authorization',
  (ports, { connection }) => deviceAuthorization.begin(ports, connection),
  { answer },
)

function firstToken({ grant, callbackNames = {} }: OAuth2): RequestPreview {
  if (grant === 'device_code') return previewOf('token', polled, { answer })
  if (isFetched(grant)) {
    return previewOf(
      'token',
      (ports, { connection, credential }) =>
        requestToken(ports, connection, grantRequest(ports, connection, credential)),
      { answer },
    )
  }
  if (isConsent({ callbackNames })) {
    return previewOf('token', (ports, { connection }) => consentedToken(ports, connection), { answer })
  }
  const redeemed: RequestPreview['run'] = async (ports, { connection, redirectUri, state, unknown }) => {
    await complete(ports, connection, {
      redirectUri,
      parameters: new URLSearchParams({
        [callbackNames.code ?? 'code']: unknown('code'),
        ...(callbackNames.state !== null && { [callbackNames.state ?? 'state']: state }),
      }),
      memory: {
        ...(callbackNames.state !== null && { state }),
        codeVerifier: unknown('code_verifier'),
      },
    })
    return undefined
  }
  return { purpose: 'token', run: redeemed, answer }
}

const polled: RequestPreview['run'] = async (ports, { connection, unknown }) => {
  const { token_endpoint: tokenEndpoint = '' } = await authorizationServer(
    ports,
    connection,
    'token_endpoint',
  )
  await deviceAuthorization.poll(ports, connection, { deviceCode: unknown('device_code'), tokenEndpoint })
  return undefined
}

/** One request that follows the first token, as if those before it had been answered. */
function following(step: NonNullable<OAuth2['followUps']>[number]): RequestPreview {
  return previewOf('follow_up', async (ports, { connection, credential: { tokens } }) => {
    const auth = { ...(connection.definition.auth as OAuth2), followUps: [step] }
    const alone = { ...connection, definition: { ...connection.definition, auth } }
    return tokens && followUp(ports, alone, tokens, undefined)
  })
}

/** A grant that needs nobody is made again, unless its author says otherwise. */
function isRefreshed(auth: OAuth2): boolean {
  if (auth.refreshUrl !== undefined || auth.refreshRequest !== undefined) return true
  return auth.grant === 'password' || !(isFetched(auth.grant) || isConsent(auth))
}

const refreshing = previewOf(
  'refresh',
  async (ports, { connection, credential: { tokens } }) => tokens && refresh(ports, connection, tokens),
  { answer },
)

const revocation = previewOf(
  'revocation',
  (ports, { connection, credential }) => revoke(ports, connection, credential),
  {
    answer: (request, context) =>
      answer(request, context) ?? answered('revocation', 'application/json', '{}'),
  },
)

const published = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'device_authorization_endpoint',
  'registration_endpoint',
] as const

/** What an authorization server says before the request that is looked at: what it publishes, registers, and was pushed. */
function answer(request: CredentialRequestInput, context: PreviewContext) {
  const { connection, unknown } = context
  const auth = connection.definition.auth as OAuth2
  const address = `${request.url.origin}${request.url.path}${request.url.query}`
  const json = (document: object) => JSON.stringify(document)
  if (auth.issuer !== undefined && request.url.path.includes('/.well-known/')) {
    const issuer = connection.renderUrl(auth.issuer)
    const endpoints = published.map((name) => [name, context.unknownAddress(name, issuer)])
    const document = { issuer, ...Object.fromEntries(endpoints) }
    return answered('discovery', 'application/json', json(document))
  }
  const isAt = (template: string | undefined, name: string) => {
    if (template !== undefined) return address === written(connection.renderUrl(template))
    return auth.issuer !== undefined && address.startsWith(context.unknownAddress(name, address))
  }
  if (auth.registration && isAt(auth.registrationUrl, 'registration_endpoint')) {
    const client = { client_id: unknown('client_id'), client_secret: unknown('client_secret') }
    return answered('registration', 'application/json', json(client))
  }
  if (auth.parUrl !== undefined && isAt(auth.parUrl, '')) {
    const pushed = { request_uri: unknown('request_uri'), expires_in: 60 }
    return answered('pushed_authorization', 'application/json', json(pushed))
  }
  return undefined
}

/** As an address stands on a request line. */
function written(address: string): string {
  const { origin, pathname, search } = new URL(address)
  return `${origin}${pathname}${search}`
}
