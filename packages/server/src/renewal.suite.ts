import { createHash, randomBytes } from 'node:crypto'
import type { AccountReply } from '@sallyport/contract'
import {
  type FakeClock,
  fakeClock,
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

/** Tokens as a person's consent brings them (RFC 6749 §4.1), in the form that connects an account. */
export async function grantedTokens(provider: LoopbackProvider, clock: FakeClock) {
  const verifier = randomBytes(32).toString('base64url')
  const redirectUri = 'http://127.0.0.1/callback'
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'client',
    redirect_uri: redirectUri,
    state: 'state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const back = await fetch(`${provider.origin}/authorize?${query}`, { redirect: 'manual' })
  const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const reply = await fetch(`${provider.origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      client_id: 'client',
      client_secret: 'client-secret',
    }),
  })
  const tokens = (await reply.json()) as { access_token: string; refresh_token: string; expires_in?: number }
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    ...(tokens.expires_in !== undefined && {
      expiresAt: new Date(clock.now() + tokens.expires_in * 1000).toISOString(),
    }),
  }
}
