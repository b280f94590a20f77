import { createHash } from 'node:crypto'
import { createProvider, type Provider, type ProviderRequest, type Rotation } from '@sallyport/emulator'

const origin = 'http://127.0.0.1:1'
const verifier = 'v'.repeat(43)

/** How long a provider of the kind `grace` takes a refresh token again. */
export const graceSeconds = 60

/** Where the definitions of simulated accounts say that their provider is. */
export const addresses = {
  baseUrl: `${origin}/api`,
  authorizationUrl: `${origin}/authorize`,
  tokenUrl: `${origin}/token`,
}

/** A provider without a socket, that has granted one authorization. */
export function simulatedProvider(rotation: Rotation, now: () => number) {
  const provider = createProvider({
    behaviour: {
      ...{ rotation, graceSeconds, consent: 'allow', accessTokenLifetimeSeconds: 3600 },
      clients: [{ clientId: 'client', clientSecret: 'client-secret' }],
    },
    now,
  })
  return { provider, tokens: granted(provider) }
}

/** Asks as HTTP would. */
export function ask(
  provider: Provider,
  method: string,
  url: string,
  {
    headers = {},
    body,
  }: {
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string | Buffer | undefined
  } = {},
): { readonly status: number; readonly headers: Record<string, string>; readonly body: Buffer } {
  const { pathname, search } = new URL(url, origin)
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const request: ProviderRequest = {
    ...{ method, path: pathname, query: search.slice(1), headers: lower },
    rawHeaders: Object.entries(headers).flat(),
    body: Buffer.from(body ?? ''),
  }
  const reply = provider.respond(request)
  if (typeof reply.body === 'function') throw new Error('A simulated provider streams nothing.')
  const named = Object.entries(reply.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ])
  return { status: reply.status, headers: Object.fromEntries(named), body: Buffer.from(reply.body ?? '') }
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

function granted(provider: Provider): { readonly accessToken: string; readonly refreshToken: string } {
  const redirectUri = 'http://127.0.0.1/callback'
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: 'client', redirect_uri: redirectUri, state: 'state' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
  })
  const back = ask(provider, 'GET', `/authorize?${query}`)
  const code = new URL(back.headers.location ?? '').searchParams.get('code') ?? ''
  const body = new URLSearchParams({
    ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
    ...{ client_id: 'client', client_secret: 'client-secret' },
  })
  const reply = JSON.parse(
    ask(provider, 'POST', '/token', { headers: form, body: String(body) }).body.toString(),
  )
  return { accessToken: reply.access_token, refreshToken: reply.refresh_token }
}
