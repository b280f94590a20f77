import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { begin } from './authorize.ts'
import { answering, failureOf, oauth2Connection } from './connection.suite.ts'

const request = { redirectUri: 'https://passage.example/callback/int_1', state: 'state-1' }

async function pageOf(
  auth: Readonly<Record<string, unknown>> = {},
  parameters: Readonly<Record<string, string>> = {},
) {
  const { ports, sent } = answering()
  const { url, memory } = await begin(ports, oauth2Connection(auth, parameters), request)
  expect(sent).toEqual([])
  const page = new URL(url)
  return { page, query: page.searchParams, memory }
}

describe('the provider’s page', () => {
  test('is asked for a code, for us, with a state and a challenge', async () => {
    const { page, query, memory } = await pageOf({ scopes: ['read', 'write'] })
    expect(page.origin + page.pathname).toBe('https://provider.example/authorize')
    expect(Object.fromEntries(query)).toEqual({
      response_type: 'code',
      client_id: 'client',
      redirect_uri: request.redirectUri,
      state: 'state-1',
      scope: 'read write',
      code_challenge: createHash('sha256')
        .update(memory.codeVerifier ?? '')
        .digest('base64url'),
      code_challenge_method: 'S256',
    })
  })

  test('gets the challenge of RFC 7636, Appendix B, for its verifier', async () => {
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const { ports } = answering()
    const random = { bytes: () => Buffer.from(verifier, 'base64url') }
    const { url, memory } = await begin({ ...ports, random }, oauth2Connection(), request)
    expect(memory.codeVerifier).toBe(verifier)
    expect(new URL(url).searchParams.get('code_challenge')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    )
  })

  test('gets another challenge each time, of 32 random bytes, also for clients with a secret', async () => {
    const pages = await Promise.all(Array.from({ length: 20 }, () => pageOf({ clientSecret: 's' })))
    expect(new Set(pages.map(({ query }) => query.get('code_challenge'))).size).toBe(20)
    expect(pages.every(({ memory }) => /^[\w-]{43}$/.test(memory.codeVerifier ?? ''))).toBe(true)
  })

  test('gets the verifier itself, or nothing, only where the definition says so', async () => {
    const plain = await pageOf({ pkce: 'plain' })
    expect(plain.query.get('code_challenge')).toBe(plain.memory.codeVerifier)
    expect(plain.query.get('code_challenge_method')).toBe('plain')
    expect((await pageOf({ pkce: 'off' })).query.has('code_challenge')).toBe(false)
  })

  test('gets neither the secret nor an empty scope', async () => {
    const { page, query } = await pageOf({ clientSecret: 'canary' })
    expect(page.href).not.toContain('canary')
    expect(query.has('scope')).toBe(false)
  })

  test('gets scopes by the definition’s delimiter, with the account’s values', async () => {
    const { query } = await pageOf({ scopes: ['a', '{team}:read'], scopeDelimiter: ',' }, { team: 'x&y' })
    expect(query.get('scope')).toBe('a,x&y:read')
  })

  test('keeps its own query, and gets the extra parameters', async () => {
    const { query } = await pageOf(
      {
        authorizationUrl: 'https://provider.example/{tenant}/authorize?audience=api',
        authorizationParams: { prompt: 'consent', hd: '{tenant}' },
      },
      { tenant: 'a/b' },
    )
    expect([query.get('audience'), query.get('prompt'), query.get('hd')]).toEqual(['api', 'consent', 'a/b'])
  })

  test('reads ours alone, whatever a definition slipped past its checks', async () => {
    const own = {
      state: 'evil',
      redirect_uri: 'https://evil.example',
      response_type: 'token',
      client_id: 'evil',
    }
    const { query } = await pageOf({
      authorizationUrl: `https://provider.example/authorize?${new URLSearchParams(own)}&state=evil2`,
      authorizationParams: { ...own, code_challenge: 'evil', code_challenge_method: 'plain' },
    })
    expect(query.getAll('state')).toEqual(['state-1'])
    expect(query.getAll('redirect_uri')).toEqual([request.redirectUri])
    expect(query.getAll('response_type')).toEqual(['code'])
    expect(query.getAll('client_id')).toEqual(['client'])
    expect(query.getAll('code_challenge_method')).toEqual(['S256'])
    expect(query.toString()).not.toContain('evil')
  })

  test('is not opened over plain http', async () => {
    const connection = oauth2Connection({ authorizationUrl: 'http://provider.example/authorize' })
    expect(await failureOf(begin(answering().ports, connection, request))).toMatchObject({
      code: 'address_blocked',
    })
  })
})

describe('an issuer', () => {
  const issuer = 'https://issuer.example'
  const metadata = {
    issuer,
    authorization_endpoint: 'https://issuer.example/authorize',
    token_endpoint: 'https://issuer.example/token',
    authorization_response_iss_parameter_supported: true,
  }
  const auth = { issuer, authorizationUrl: undefined, tokenUrl: undefined }

  test('names its page, and is remembered for the callback', async () => {
    const { ports, sent } = answering({ body: metadata })
    const { url, memory } = await begin(ports, oauth2Connection(auth), request)
    expect(url).toMatch(/^https:\/\/issuer\.example\/authorize\?/)
    expect(memory).toMatchObject({ issuer, issAnnounced: 'true' })
    expect(sent[0]?.url.path).toBe('/.well-known/oauth-authorization-server')
  })

  test('that does not announce iss is not remembered as if it did', async () => {
    const { ports } = answering({
      body: { ...metadata, authorization_response_iss_parameter_supported: undefined },
    })
    const { memory } = await begin(ports, oauth2Connection(auth), request)
    expect(memory).toMatchObject({ issuer })
    expect(memory).not.toHaveProperty('issAnnounced')
  })

  test.each([`${issuer}/`, 'https://ISSUER.example', `${issuer}:443`, 'https://evil.example', undefined])(
    'that calls itself %j is another one',
    async (other) => {
      const { ports } = answering({ body: { ...metadata, issuer: other } })
      expect(await failureOf(begin(ports, oauth2Connection(auth), request))).toMatchObject({
        code: 'issuer_mismatch',
      })
    },
  )

  test.each([
    ['http://issuer.example/a', 'address_blocked'],
    ['javascript:alert(1)', 'upstream_unreachable'],
    ['https://user@issuer.example/', 'upstream_unreachable'],
    ['/authorize', 'upstream_unreachable'],
    [['https://issuer.example/a'], 'upstream_unreachable'],
  ])('whose page is %j sends no browser there', async (page, code) => {
    const { ports } = answering({ body: { ...metadata, authorization_endpoint: page } })
    expect(await failureOf(begin(ports, oauth2Connection(auth), request))).toMatchObject({ code })
  })
})
