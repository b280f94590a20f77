import type { IncomingMessage } from 'node:http'
import { type KoaContext, Provider } from 'oidc-provider'
import { listen } from './listen.ts'
import { confidential, configuration, machine } from './oidc-configuration.ts'
import { registerAssertionGrants } from './oidc-grants.ts'
import type { OidcServerOptions } from './oidc-options.ts'
import { type Arrival, createRecord, type ReceivedRequest } from './received.ts'

/** A certified OpenID provider on 127.0.0.1, with its own sign-in and consent pages. */
export interface OidcServer {
  /** Also its issuer identifier. */
  readonly origin: string
  readonly authorizationUrl: string
  readonly tokenUrl: string
  readonly revokeUrl: string
  /** An API that an access token of scope `openid` opens. */
  readonly userinfoUrl: string
  /** Authorization code with PKCE and refresh tokens; authenticates by basic. Scopes: openid, read, write. */
  readonly confidential: { clientId: string; clientSecret: string }
  /** Client credentials only; authenticates by basic. */
  readonly machine: { clientId: string; clientSecret: string }
  readonly introspectionUrl: string
  /** Where requests are pushed (RFC 9126). */
  readonly pushedAuthorizationUrl: string
  /** Where a device asks for its code (RFC 8628). A person answers at the `verification_uri_complete` it gets. */
  readonly deviceAuthorizationUrl: string
  readonly registrationUrl: string
  /** Forgets a client that registered itself, as servers do that clean up. */
  forgetClient(clientId: string): Promise<void>
  received(route?: string): ReceivedRequest[]
  forget(): void
  close(): Promise<void>
}

/** Starts `oidc-provider`; everything it keeps is in memory. */
export async function oidcServer(options: OidcServerOptions = {}): Promise<OidcServer> {
  const record = createRecord()
  const arrivals = new WeakMap<IncomingMessage, Arrival>()
  let callback: ReturnType<Provider['callback']> | undefined
  const server = await listen(async (message, response) => {
    arrivals.set(message, record.arrived(message))
    await callback?.(message, response)
  }, options)

  const provider = quietly(() => new Provider(server.origin, configuration(options)))
  // The body is a stream that only the provider may read, so it is taken from what the provider made of it.
  provider.use(async (context, next) => {
    await next()
    const arrival = arrivals.get(context.req)
    arrival?.take(Buffer.from(bodyText(context)))
    if (arrival) arrival.complete = true
  })
  if (options.trustedIssuers) {
    const audiences = [server.origin, `${server.origin}/token`]
    registerAssertionGrants({ provider, audiences, issuers: options.trustedIssuers })
  }
  callback = provider.callback()

  return {
    origin: server.origin,
    authorizationUrl: `${server.origin}/auth`,
    tokenUrl: `${server.origin}/token`,
    revokeUrl: `${server.origin}/token/revocation`,
    userinfoUrl: `${server.origin}/me`,
    introspectionUrl: `${server.origin}/token/introspection`,
    pushedAuthorizationUrl: `${server.origin}/request`,
    deviceAuthorizationUrl: `${server.origin}/device/auth`,
    registrationUrl: `${server.origin}/reg`,
    forgetClient: (clientId) => provider.Client.adapter.destroy(clientId),
    confidential,
    machine,
    received: record.received,
    forget: record.forget,
    close: server.close,
  }
}

function bodyText({ req, oidc }: KoaContext): string {
  if (req.headers['content-type']?.includes('json')) return JSON.stringify(oidc?.body)
  return new URLSearchParams(oidc?.body as Record<string, string> | undefined).toString()
}

// Its constructor warns about the very development pages that are wanted here. It is synchronous, so
// nobody else's words are lost.
function quietly<Result>(construct: () => Result): Result {
  const { info, warn } = console
  Object.assign(console, { info: () => undefined, warn: () => undefined })
  try {
    return construct()
  } finally {
    Object.assign(console, { info, warn })
  }
}
