import { describe, expect, test } from 'vitest'
import { begin } from './authorize.ts'
import { type Answer, answering, failureOf, oauth2Connection } from './connection.suite.ts'

const request = { redirectUri: 'https://passage.example/callback/int_1', state: 'state-1' }
const parUrl = 'https://provider.example/par'
const requestUri = 'urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c'
const accepted = { status: 201, body: { request_uri: requestUri, expires_in: 60 } }

/** The address that a browser is sent to, and what was pushed before. */
async function pushed(auth: Readonly<Record<string, unknown>>, ...answers: Answer[]) {
  const { ports, sent } = answering(...answers)
  const connection = oauth2Connection({ clientSecret: 'the-secret', parUrl, ...auth })
  const { url, memory } = await begin(ports, connection, request)
  const [push] = sent.slice(-1)
  return { query: new URL(url).searchParams, memory, push, form: new URLSearchParams(String(push?.body)) }
}

describe('a pushed authorization request (RFC 9126)', () => {
  test('holds all of the request, and leaves the browser with its address alone', async () => {
    const { query, memory, push, form } = await pushed(
      {
        scopes: ['read', 'write'],
        authorizationParams: { prompt: 'consent' },
        resource: ['https://api.example'],
      },
      accepted,
    )
    expect([push?.method, `${push?.url.origin}${push?.url.path}`]).toEqual(['POST', parUrl])
    expect(push?.headers.authorization).toBe(`Basic ${btoa('client:the-secret')}`)
    expect(Object.fromEntries(form)).toMatchObject({
      client_id: 'client',
      response_type: 'code',
      redirect_uri: request.redirectUri,
      state: 'state-1',
      scope: 'read write',
      prompt: 'consent',
      resource: 'https://api.example',
      code_challenge_method: 'S256',
    })
    expect(form.has('client_secret')).toBe(false)
    expect([...query]).toEqual([
      ['client_id', 'client'],
      ['request_uri', requestUri],
    ])
    expect(memory.codeVerifier).toMatch(/^[\w-]{43}$/)
  })

  test('authenticates the client in the body where the definition says so, and a public one by its id', async () => {
    const inBody = await pushed({ clientAuthentication: 'body' }, accepted)
    expect(inBody.form.get('client_secret')).toBe('the-secret')
    expect(inBody.push?.headers).not.toHaveProperty('authorization')
    const open = await pushed({ clientSecret: undefined }, accepted)
    expect(open.form.get('client_id')).toBe('client')
    expect(open.push?.headers).not.toHaveProperty('authorization')
  })

  test('is made where the issuer requires it, and not where it only could be', async () => {
    const issuer = 'https://as.example'
    const published = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      pushed_authorization_request_endpoint: `${issuer}/par`,
    }
    const auth = { issuer, parUrl: undefined, authorizationUrl: undefined, tokenUrl: undefined }
    const required = await pushed(
      auth,
      { body: { ...published, require_pushed_authorization_requests: true } },
      accepted,
    )
    expect([required.push?.url.path, required.query.get('request_uri')]).toEqual(['/par', requestUri])
    const possible = await pushed(auth, { body: published })
    expect([possible.query.has('request_uri'), possible.query.get('state')]).toEqual([false, 'state-1'])
  })

  const failures: [string, Answer, string][] = [
    ['refused', { status: 400, body: { error: 'invalid_request' } }, 'token_refused'],
    ['refused by 401', { status: 401, body: { error: 'invalid_client' } }, 'token_refused'],
    ['refused with success', { status: 200, body: { error: 'invalid_request' } }, 'token_refused'],
    ['answered without a request_uri', { status: 201, body: { expires_in: 60 } }, 'malformed_token_response'],
    ['answered with an empty one', { status: 201, body: { request_uri: '' } }, 'malformed_token_response'],
    ['answered with a list', { status: 201, body: { request_uri: ['x'] } }, 'malformed_token_response'],
    [
      'answered with one that has expired',
      { status: 201, body: { request_uri: requestUri, expires_in: 0 } },
      'malformed_token_response',
    ],
    [
      'answered with a page',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
      'malformed_token_response',
    ],
    ['met by an incident', { status: 500, body: '' }, 'renewal_unavailable'],
    ['met by too much traffic', { status: 429, body: { error: 'slow_down' } }, 'renewal_unavailable'],
  ]
  test.each(failures)(
    'that is %s is an error, and no browser is sent the old way',
    async (_, answer, code) => {
      const { ports, sent } = answering(answer)
      const failure = await failureOf(
        begin(ports, oauth2Connection({ parUrl, clientSecret: 'the-secret' }), request),
      )
      expect([failure.code, sent.length]).toEqual([code, 1])
    },
  )

  test('whose refusal repeats what was sent shows neither secret nor state', async () => {
    const words = 'the-secret, state-of-the-flow and nothing else'
    const { ports } = answering({ status: 400, body: { error: 'invalid_request', error_description: words } })
    const { message } = await failureOf(
      begin(ports, oauth2Connection({ parUrl, clientSecret: 'the-secret' }), {
        ...request,
        state: 'state-of-the-flow',
      }),
    )
    expect(message).toMatch(/invalid_request .*and nothing else/)
    expect(message).not.toMatch(/the-secret|state-of-the-flow/)
  })

  test('that is required without an address is an error', async () => {
    const issuer = 'https://as.example'
    const { ports, sent } = answering({
      body: {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        require_pushed_authorization_requests: true,
      },
    })
    expect(await failureOf(begin(ports, oauth2Connection({ issuer }), request))).toMatchObject({
      code: 'upstream_unreachable',
    })
    expect(sent).toHaveLength(1)
  })
})
