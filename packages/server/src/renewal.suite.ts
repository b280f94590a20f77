import type { AccountReply } from '@sallyport/contract'
import {
  type FakeClock,
  fakeClock,
  grantedTokens as granted,
  type LoopbackProvider,
  type LoopbackProviderOptions,
  loopbackProvider,
} from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import { connected } from './passage.suite.ts'
import { startSallyport, type TestReply, type TestSallyport } from './sallyport.suite.ts'

/** A provider, a Sallyport and one account of it, all by the same clock, for one test. */
export interface Renewing {
  readonly provider: LoopbackProvider
  readonly sallyport: TestSallyport
  readonly clock: FakeClock
  readonly account: string
  /** Calls the provider's API through Sallyport. */
  call(
    path?: string,
    init?: { method?: string; body?: string; headers?: Record<string, string> },
  ): Promise<TestReply>
  /** Requests to the token endpoint since the last `provider.forget()`. */
  tokenRequests(): number
  /** Calls that reached the API since then. */
  apiRequests(): number
  status(): Promise<AccountReply>
}

/** Starts all three, connected by a refresh token or, with `machine`, by client credentials; forgets how. */
export async function renewing(
  options: {
    readonly behaviour?: LoopbackProviderOptions['behaviour']
    readonly auth?: Readonly<Record<string, unknown>>
    readonly machine?: boolean
    readonly revocable?: boolean
  } = {},
): Promise<Renewing> {
  const clock = fakeClock()
  const provider = await loopbackProvider({ clock, behaviour: { ...options.behaviour } })
  const sallyport = await startSallyport({}, undefined, clock)
  onTestFinished(() => sallyport.close())
  // Closed before Sallyport, which would wait for a renewal that hangs.
  onTestFinished(() => provider.close())
  const client = {
    type: 'oauth2',
    clientId: 'client',
    clientSecret: 'client-secret',
    authorizationUrl: `${provider.origin}/authorize`,
    tokenUrl: `${provider.origin}/token`,
    ...(options.revocable && { revokeUrl: `${provider.origin}/revoke` }),
    ...options.auth,
  }
  const auth = options.machine ? { ...client, grant: 'client_credentials' } : client
  const secret = options.machine ? {} : { secret: await grantedTokens(provider, clock) }
  const account = await connected(sallyport, { baseUrl: `${provider.origin}/api`, auth }, secret)
  provider.forget()
  return {
    provider,
    sallyport,
    clock,
    account,
    call: (path = '/me', { method = 'GET', body, headers } = {}) =>
      sallyport.request(method, `/proxy/${account}${path}`, body, { headers: headers ?? {} }),
    tokenRequests: () => provider.received('POST /token').length,
    apiRequests: () => provider.received('ANY /api/*').length,
    status: async () => (await sallyport.request('GET', `/v1/accounts/${account}`)).body,
  }
}

/** Tokens as a person's consent brings them, in the form that connects an account. */
export async function grantedTokens(provider: LoopbackProvider, clock: FakeClock) {
  const { accessToken, refreshToken, expiresInSeconds } = await granted(provider.origin)
  return {
    accessToken,
    refreshToken,
    ...(expiresInSeconds !== undefined && {
      expiresAt: new Date(clock.now() + expiresInSeconds * 1000).toISOString(),
    }),
  }
}
