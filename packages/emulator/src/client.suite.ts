import { createHash } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { createProvider } from './provider.ts'
import { serve } from './serve.ts'

export const redirectUri = 'https://client.example/callback'
export const codeVerifier = 'a-verifier-that-is-long-enough-to-be-taken-seriously'
const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')

export const confidential = { client_id: 'web', client_secret: 'web secret/+%' }

type Fields = Record<string, string | undefined>

/** A served provider and the few requests a client makes of it. */
export async function client(behaviour: Partial<Behaviour> = {}) {
  let now = Date.UTC(2026, 0, 1)
  const provider = createProvider({
    now: () => now,
    behaviour: {
      clients: [
        { clientId: 'web', clientSecret: confidential.client_secret },
        { clientId: 'other', clientSecret: 'other-secret' },
        { clientId: 'app' },
      ],
      consent: 'allow',
      ...behaviour,
    },
  })
  const server = await serve(provider.respond, { host: '127.0.0.1', port: 0 })
  provider.behaviour.issuer = server.origin
  onTestFinished(server.close)

  const address = (path: string, fields: Fields) => `${server.origin}${path}?${encoded(fields)}`
  const authorizationFields = {
    response_type: 'code',
    client_id: 'web',
    redirect_uri: redirectUri,
    scope: 'read write',
    state: 'the state',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  }
  const authorize = (fields: Fields = {}, init: RequestInit = {}) =>
    fetch(address('/authorize', { ...authorizationFields, ...fields }), { redirect: 'manual', ...init })
  const post = async (path: string, fields: Fields, headers: Record<string, string> = {}) =>
    jsonOf(await fetch(server.origin + path, { method: 'POST', body: encoded(fields), headers }))
  const redirected = async (fields: Fields = {}) =>
    new URL((await authorize(fields)).headers.get('location') ?? 'none:').searchParams
  const code = async (fields: Fields = {}) => (await redirected(fields)).get('code') ?? ''
  const exchange = async (fields: Fields = {}) =>
    post('/token', {
      grant_type: 'authorization_code',
      code: fields.code ?? (await code()),
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
      ...confidential,
      ...fields,
    })
  const refresh = (refreshToken: string, fields: Fields = {}) =>
    post('/token', { grant_type: 'refresh_token', refresh_token: refreshToken, ...confidential, ...fields })
  const api = async (path: string, accessToken: string, init: RequestInit = {}) =>
    jsonOf(
      await fetch(server.origin + path, { ...init, headers: { authorization: `Bearer ${accessToken}` } }),
    )

  const advance = (milliseconds: number) => {
    now += milliseconds
  }
  return { provider, server, address, authorize, redirected, code, exchange, refresh, post, api, advance }
}

export function basic(user: string, password: string) {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}

function encoded(fields: Fields): URLSearchParams {
  return new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

async function jsonOf(reply: Response) {
  const text = await reply.text()
  const body: Record<string, string> = text === '' ? {} : JSON.parse(text)
  return { status: reply.status, headers: reply.headers, body }
}
