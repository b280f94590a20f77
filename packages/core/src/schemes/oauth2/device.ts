import type { OAuth2 } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { GrantFailure } from '../grant-failure.ts'
import type { DeviceAuthorization } from '../scheme.ts'
import { readExpiresIn } from '../token-reply.ts'
import { authorizationServer, isPublished } from './authorization-server.ts'
import { requestParameters } from './authorize.ts'
import { askEndpoint } from './endpoint-request.ts'
import { currentClient } from './registration.ts'
import { requestToken } from './token-request.ts'

const endpoint = 'device_authorization_endpoint'
const defaultIntervalSeconds = 5
const longestIntervalSeconds = 3600
/** Where the provider names none, though it must (RFC 8628 §3.2). */
const defaultLifetimeSeconds = 600
/** Whatever the provider names: nobody types a code for longer, and it is asked all that time. */
const longestLifetimeSeconds = 86_400

/** Asks for a code that a person enters elsewhere (RFC 8628 §3.1). */
const begin: DeviceAuthorization['begin'] = async (ports, given) => {
  const { connection, clientId } = await currentClient(ports, given)
  const auth = connection.definition.auth as OAuth2
  const server = await authorizationServer(ports, connection, endpoint)
  const { token_endpoint: tokenEndpoint = '' } = await authorizationServer(
    ports,
    connection,
    'token_endpoint',
  )
  const { document, unusable } = await askEndpoint(ports, connection, {
    address: server[endpoint] ?? '',
    isPublished: isPublished(auth, endpoint),
    parameters: requestParameters(connection),
    secrets: [],
  })
  const text = (path: string) => {
    const value = document.at(path)
    return typeof value === 'string' && value.length <= 4096 ? value : ''
  }
  const deviceCode = text('/device_code')
  const userCode = text('/user_code')
  // Before RFC 8628 was done it was called verification_url, and some still call it so.
  const verificationUri = text('/verification_uri') || text('/verification_url')
  const verificationUriComplete = text('/verification_uri_complete') || undefined
  if (deviceCode === '' || !/^[\x20-\x7e]{1,100}$/.test(userCode) || verificationUri === '') {
    throw unusable('without device_code, user_code and verification_uri (RFC 8628 §3.2)')
  }
  connection.permitBrowser(verificationUri)
  if (verificationUriComplete !== undefined) connection.permitBrowser(verificationUriComplete)
  const interval = Number(document.at('/interval') ?? defaultIntervalSeconds)
  return {
    verificationUri,
    verificationUriComplete,
    userCode,
    expiresInSeconds: Math.min(
      readExpiresIn(document.at('/expires_in')) ?? defaultLifetimeSeconds,
      longestLifetimeSeconds,
    ),
    intervalSeconds: Number.isFinite(interval)
      ? Math.min(Math.max(Math.ceil(interval), 1), longestIntervalSeconds)
      : defaultIntervalSeconds,
    memory: { deviceCode, tokenEndpoint, ...(clientId !== undefined && { clientId }) },
  }
}

/** Asks whether the person has decided (RFC 8628 §3.4). */
const poll: DeviceAuthorization['poll'] = async (ports, connection, memory) => {
  const auth = connection.definition.auth as OAuth2
  const server = await authorizationServer(ports, connection, 'token_endpoint')
  // The code is good at the server that gave it, and is shown to no other.
  if (server.token_endpoint !== memory.tokenEndpoint) {
    throw new SallyportError('flow_invalid', {
      message: 'The token URL has changed since this authorization began. Start again.',
    })
  }
  try {
    return await requestToken(ports, connection, {
      grantType: 'urn:ietf:params:oauth:grant-type:device_code',
      parameters: { device_code: memory.deviceCode ?? '' },
      scopes: auth.scopes,
      clientId: memory.clientId,
    })
  } catch (failure) {
    if (!(failure instanceof GrantFailure)) throw failure
    if (failure.reason === 'authorization_pending') return 'pending'
    if (failure.reason === 'slow_down') return 'slow_down'
    if (failure.reason === 'access_denied' || failure.reason === 'expired_token') {
      throw new GrantFailure('flow_refused', failure.reason, {
        message:
          failure.reason === 'access_denied'
            ? 'The person who was asked said no. Authorize again to ask once more.'
            : 'Nobody entered the code in time. Authorize again for a new one.',
      })
    }
    throw failure
  }
}

/** Authorization on another device (RFC 8628). */
export const deviceAuthorization: DeviceAuthorization = { begin, poll }
