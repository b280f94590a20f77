import { createHash, randomBytes } from 'node:crypto'

/** What a provider granted. */
export interface GrantedTokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** Undefined where the provider names no lifetime. */
  readonly expiresInSeconds: number | undefined
}

/** Tokens of a loopback provider, as a person's consent brings them (RFC 6749 §4.1), for its usual client unless said. */
export async function grantedTokens(
  origin: string,
  { clientId, clientSecret } = { clientId: 'client', clientSecret: 'client-secret' },
): Promise<GrantedTokens> {
  const verifier = randomBytes(32).toString('base64url')
  const redirectUri = 'http://127.0.0.1/callback'
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state: 'state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const back = await fetch(`${origin}/authorize?${query}`, { redirect: 'manual' })
  const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const reply = await fetch(`${origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      client_id: clientId,
      client_secret: clientSecret,
    }),
  })
  const { access_token, refresh_token, expires_in } = (await reply.json()) as Reply
  return { accessToken: access_token, refreshToken: refresh_token, expiresInSeconds: expires_in }
}

interface Reply {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in?: number
}
