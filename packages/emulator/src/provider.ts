import { authorizationEndpoint } from './authorization-endpoint.ts'
import { bearerApi } from './bearer-api.ts'
import { type Behaviour, defaultBehaviour } from './behaviour.ts'
import { basicMe, keyedMe } from './keyed-api.ts'
import { type Family, Ledger } from './ledger.ts'
import { jsonReply, type ProviderReply, type ProviderRequest } from './message.ts'
import { metadataEndpoint } from './metadata.ts'
import { revocationEndpoint } from './revocation-endpoint.ts'
import { tokenEndpoint } from './token-endpoint.ts'
import type { GrantContext } from './token-grants.ts'

/** What a provider may be given at birth. */
export interface ProviderOptions {
  behaviour?: Partial<Behaviour>
  /** Epoch milliseconds; the system's clock unless given. */
  now?: () => number
}

/** An OAuth 2.0 authorization server and the APIs it protects, without a socket. */
export interface Provider {
  /** Change it at any time; the next request meets the change. */
  readonly behaviour: Behaviour
  /** Refresh tokens that came back after they had been replaced. */
  readonly reuseEvents: number
  /** What became of the authorization that a refresh token belongs to. */
  family(refreshToken: string): Family | undefined
  respond(request: ProviderRequest): ProviderReply
  /** Stops accepting every access token issued so far; refresh tokens keep working. */
  forgetAccessTokens(): void
  /** Ends every authorization, as if each person had withdrawn consent. */
  withdrawConsent(): void
}

/** Makes a provider; `behaviour.issuer` is for the one who serves it to set. */
export function createProvider(options: ProviderOptions = {}): Provider {
  const behaviour = { ...defaultBehaviour(), ...options.behaviour }
  const now = options.now ?? Date.now
  const ledger = new Ledger(behaviour, now)
  let reuseEvents = 0
  const reuseDetected = () => {
    reuseEvents += 1
  }
  const context: GrantContext = { behaviour, ledger, now, reuseDetected }

  return {
    behaviour,
    get reuseEvents() {
      return reuseEvents
    },
    family: (refreshToken) => ledger.family(refreshToken),
    respond: (request) => route(context, request),
    forgetAccessTokens: () => ledger.forgetAccessTokens(),
    withdrawConsent: () => ledger.withdrawConsent(),
  }
}

function route(context: GrantContext, request: ProviderRequest): ProviderReply {
  if (request.path.startsWith('/api/')) return bearerApi(context, request)
  switch (request.path) {
    case '/authorize':
      return authorizationEndpoint(context, request)
    case '/token':
      return tokenEndpoint(context, request)
    case '/revoke':
      return revocationEndpoint(context, request)
    case '/.well-known/oauth-authorization-server':
      return metadataEndpoint(context.behaviour, request)
    case '/keyed/me':
      return keyedMe(context.behaviour, request)
    case '/basic/me':
      return basicMe(context.behaviour, request)
    default:
      return jsonReply(404, { error: 'not_found' })
  }
}
