import { describe, expect, test } from 'vitest'
import { faults, oauth2 } from '../../integrations/check.suite.ts'
import { answering, failureOf, oauth2Connection } from './connection.suite.ts'
import { requestToken } from './token-request.ts'

const code = { grantType: 'authorization_code', parameters: { code: 'c{client.secret}' }, scopes: [] }
const issued = { body: { access_token: 'at', token_type: 'Bearer' } }

describe('a token request', () => {
  test('whose template asks for the secret authenticates the client by nothing else', async () => {
    const { ports, sent } = answering(issued)
    const body = { grant_type: 'x', secret: '{client.secret}', code: '{code}' }
    await requestToken(ports, oauth2Connection({ clientSecret: 's', tokenRequest: { body } }), code)
    expect(sent[0]?.headers.authorization).toBeUndefined()
    // What a provider sent is a value, and never a template of its own.
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
      grant_type: 'x',
      secret: 's',
      code: 'c{client.secret}',
    })
  })

  test('that writes an Authorization header has that one alone', async () => {
    const { ports, sent } = answering(issued)
    const tokenRequest = { headers: { authorization: 'Own {client.id}' } }
    await requestToken(ports, oauth2Connection({ clientSecret: 's', tokenRequest }), code)
    expect(sent[0]?.headers.authorization).toBe('Own client')
    expect(sent[0]?.body).not.toContain('client_secret')
  })

  test('whose body is a text is sent as it is written, each value encoded', async () => {
    const { ports, sent } = answering(issued)
    const tokenRequest = { format: 'json', body: '{ "c": "{code}" }' }
    const request = { ...code, parameters: { code: 'a"b' } }
    await requestToken(ports, oauth2Connection({ clientSecret: 's', tokenRequest }), request)
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({ c: 'a"b' })
    expect(sent[0]?.headers.authorization).toMatch(/^Basic /)
  })

  test('adds fields to the standard ones, and null takes one away', async () => {
    const { ports, sent } = answering(issued)
    const tokenRequest = { body: { extra: 1, code: null } }
    await requestToken(ports, oauth2Connection({ tokenRequest }), code)
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
      client_id: 'client',
      grant_type: 'authorization_code',
      extra: '1',
    })
  })
})

describe('a token of no type, or of a type of the provider’s own', () => {
  test.each([
    [{}, undefined, false],
    [{ tokenType: 'optional' }, undefined, true],
    [{ accessToken: '/access_token' }, undefined, true],
    [{ accessToken: '/access_token', tokenType: 'required' }, undefined, false],
    [{ tokenType: 'optional' }, 'bot', true],
    [{}, 'bot', false],
    [{ tokenType: 'optional' }, 'DPoP', false],
  ])('tokenReply %j, type %j: accepted is %j', async (tokenReply, type, isAccepted) => {
    const { ports } = answering({ body: { access_token: 'at', token_type: type } })
    const request = requestToken(ports, oauth2Connection({ tokenReply }), code)
    if (isAccepted) expect((await request).accessToken.reveal()).toBe('at')
    else expect(await failureOf(request)).toMatchObject({ code: 'malformed_token_response' })
  })
})

describe('a definition of departures', () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    [
      'token before there is one',
      { tokenRequest: { body: { t: '{token}' } } },
      ['/auth/tokenRequest/body/t placeholder_not_available'],
    ],
    [
      'code in a refresh',
      { refreshRequest: { query: { c: '{code}' } } },
      ['/auth/refreshRequest/query/c placeholder_not_available'],
    ],
    [
      'a name that nobody declared',
      { tokenRequest: { headers: { x: '{kept.x}' } } },
      ['/auth/tokenRequest/headers/x placeholder_not_available'],
    ],
    [
      'a computed value that is not there',
      { tokenRequest: { body: { x: '{computed.x}' } } },
      ['/auth/tokenRequest/body/x unknown_placeholder'],
    ],
    [
      'a computed value of a later one',
      { computed: { a: { of: '{computed.b}' }, b: { of: 'x' } } },
      ['/auth/computed/a/of unknown_placeholder'],
    ],
    ['no state', { authorizationNames: { state: null } }, ['/auth/authorizationNames/state required']],
    [
      'a name of something else',
      { authorizationNames: { client_id: 'state' } },
      ['/auth/authorizationNames/client_id parameter_reserved'],
    ],
    [
      'one name for two',
      { authorizationNames: { client_id: 'x', scope: 'x' } },
      ['/auth/authorizationNames/scope parameter_reserved'],
    ],
    ['a name of nothing', { callbackNames: { nonce: 'x' } }, ['/auth/callbackNames/nonce unknown_name']],
    [
      'tokens in the callback',
      { callbackNames: { code: 'access_token' } },
      ['/auth/callbackNames/code parameter_reserved'],
    ],
    [
      'response_type as it is',
      { authorizationParams: { response_type: 'token' } },
      ['/auth/authorizationParams/response_type parameter_reserved'],
    ],
    [
      'response_type=token by way of a name',
      { authorizationNames: { response_type: null }, authorizationParams: { response_type: 'token' } },
      ['/auth/authorizationParams/response_type parameter_reserved'],
    ],
    [
      'a callback where there is none',
      { grant: 'client_credentials', tokenReply: { keep: { x: 'callback:x' } } },
      ['/auth/tokenReply/keep/x callback_not_available'],
    ],
    [
      'a token that would be shown',
      { tokenReply: { keep: { x: '/access_token' } } },
      ['/auth/tokenReply/keep/x secret_shown'],
    ],
    [
      'a further token that would be shown',
      {
        followUps: [
          { url: 'https://a.example/', reply: { tokens: { t: 'header:X-T' }, keep: { x: 'header:x-t' } } },
        ],
      },
      ['/auth/followUps/0/reply/keep/x secret_shown'],
    ],
    [
      'a token’s name twice',
      { tokenReply: { tokens: { refreshToken: '/x' } } },
      ['/auth/tokenReply/tokens/refreshToken repeated'],
    ],
    [
      'a token in a host',
      { followUps: [{ url: 'https://{token}.example.com/' }] },
      ['/auth/followUps/0/url url_placeholder'],
    ],
  ]
  test.each(cases)('%s: refused, with its place', (_, auth, expected) => {
    expect(faults(oauth2(auth))).toEqual(expected)
  })

  test('a kept value that decides where the secret goes needs hosts (C20)', () => {
    const auth = { tokenUrl: '{kept.server}/token', tokenReply: { keep: { server: 'callback:server' } } }
    expect(faults(oauth2(auth))).toEqual(['/hosts hosts_required'])
    expect(faults(oauth2(auth, { hosts: ['*.example.com'] }))).toEqual([])
  })
})
