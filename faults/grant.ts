import { createHash, randomBytes } from 'node:crypto'

/** A client as the provider knows it. */
export interface Client {
  readonly clientId: string
  readonly clientSecret: string
}

/** Tokens as a person's consent brings them (RFC 6749 §4.1). */
export async function grantedTokens(
  origin: string,
  { clientId, clientSecret }: Client,
): Promise<{ readonly accessToken: string; readonly refreshToken: string }> {
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
  const tokens = (await reply.json()) as { access_token: string; refresh_token: string }
  return { accessToken: tokens.access_token, refreshToken: tokens.refresh_token }
}
