import { describe, expect, test } from 'vitest'
import { corpus } from '../../destination/corpora.suite.ts'
import { Secret } from '../../secret.ts'
import type { Tokens } from '../scheme.ts'
import { type Answer, answering, failureOf, oauth2Connection } from './connection.suite.ts'
import { oauth2Scheme } from './scheme.ts'
import { requestToken, splitScopes } from './token-request.ts'

const tenYears = 315_360_000_000

/** What comes of an answer to a request for `read write`. */
async function outcomeOf(answer: Answer, auth: Readonly<Record<string, unknown>> = {}) {
  const { ports, clock } = answering(answer)
  try {
    const tokens = await requestToken(ports, oauth2Connection(auth), {
      grantType: 'client_credentials',
      parameters: {},
      scopes: ['read', 'write'],
    })
    const { accessToken, refreshToken, expiresAt, issuedAt, scopes, tokenType } = tokens
    return {
      accessToken: accessToken.reveal(),
      refreshToken: refreshToken?.reveal(),
      lifetime: expiresAt === undefined ? undefined : expiresAt - issuedAt,
      isNow: issuedAt === clock.now(),
      scopes,
      tokenType,
    }
  } catch (error) {
    return { failure: error instanceof Error && 'code' in error ? error.code : error }
  }
}

const malformed = { failure: 'malformed_token_response' }

describe('a token reply', () => {
  test('becomes a token that ends when the provider says', async () => {
    const body = {
      access_token: 'at',
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: 'rt',
      scope: 'read',
    }
    expect(await outcomeOf({ body })).toEqual({
      accessToken: 'at',
      refreshToken: 'rt',
      lifetime: 3_600_000,
      isNow: true,
      scopes: ['read'],
      tokenType: 'bearer',
    })
  })

  test.each(['Bearer', 'bearer', 'BEARER'])('the type %s is a bearer token', async (type) => {
    expect(await outcomeOf({ body: { access_token: 'at', token_type: type } })).toMatchObject({
      accessToken: 'at',
    })
  })

  test.each(['DPoP', 'mac', 'Bearer2', 'token', 5, null, '', undefined])(
    'the type %j is refused',
    async (type) => {
      expect(await outcomeOf({ body: { access_token: 'at', token_type: type } })).toEqual(malformed)
    },
  )

  test('without a scope, the granted ones are those that were asked for', async () => {
    expect(await outcomeOf({ body: { access_token: 'at', token_type: 'Bearer' } })).toMatchObject({
      scopes: ['read', 'write'],
    })
  })

  test('without a lifetime, the definition’s holds, and else none', async () => {
    const body = { access_token: 'at', token_type: 'Bearer' }
    expect(await outcomeOf({ body })).toMatchObject({ lifetime: undefined })
    expect(await outcomeOf({ body }, { renewal: { defaultLifetime: 60 } })).toMatchObject({
      lifetime: 60_000,
    })
    const named = { ...body, expires_in: 3600 }
    expect(await outcomeOf({ body: named }, { renewal: { defaultLifetime: 60 } })).toMatchObject({
      lifetime: 3_600_000,
    })
  })

  test.each([0, -1, true, 'x', null])(
    'a lifetime of %j is unknown, never an invalid time',
    async (expires_in) => {
      const body = { access_token: 'at', token_type: 'Bearer', expires_in }
      expect(await outcomeOf({ body })).toMatchObject({ lifetime: undefined })
    },
  )

  test('a lifetime beyond all numbers is unknown', async () => {
    const body = '{"access_token":"at","token_type":"Bearer","expires_in":1e999}'
    expect(await outcomeOf({ body })).toMatchObject({ lifetime: undefined })
  })

  test.each<[status: number, body: unknown, failure: string]>([
    [200, { error: 'invalid_grant' }, 'account_needs_reconnect'],
    [400, { error: 'invalid_grant' }, 'account_needs_reconnect'],
    [401, { error: 'invalid_client' }, 'token_refused'],
    [401, '', 'token_refused'],
    [200, '<html>login</html>', 'malformed_token_response'],
    [502, '<html>bad gateway</html>', 'renewal_unavailable'],
    [302, '', 'renewal_unavailable'],
    [503, { error: 'invalid_grant' }, 'renewal_unavailable'],
    [500, { access_token: 'at', token_type: 'Bearer' }, 'renewal_unavailable'],
  ])('%i with %j is %s', async (status, body, failure) => {
    expect(await outcomeOf({ status, body })).toEqual({ failure })
  })
})

const accepted = { accessToken: 'a' }
/** What each result in the collection means here. */
const declared: Readonly<Record<string, object>> = {
  accept: { ...accepted, lifetime: 3_600_000 },
  'accept 3600': { ...accepted, lifetime: 3_600_000 },
  'accept as unknown expiry': { ...accepted, lifetime: undefined },
  'clamp to 10 years': { ...accepted, lifetime: tenYears },
  'clamp + warn (looks like an epoch)': { ...accepted, lifetime: tenYears },
  unknown: { ...accepted, lifetime: undefined },
  'accept, no pollution': accepted,
  'keep old RT': { ...accepted, refreshToken: undefined },
  'normalise per provider': { ...accepted, scopes: ['a,b'] },
  'accept (strip one BOM) or reject, never crash': accepted,
  'reject malformed': malformed,
  reject: malformed,
  'reject (b64token)': malformed,
  'reject duplicate': malformed,
  'reject, body not echoed': malformed,
  'reject when no DPoP key sent': malformed,
  'accept as Bearer only if provider flag lenient': malformed,
  'treat as error though HTTP 200 (Slack/GitHub style)': { failure: 'account_needs_reconnect' },
  'map, no crash': { failure: 'renewal_unavailable' },
}

interface Case {
  readonly name: string
  readonly body: string
  readonly content_type: string
  readonly expect: string
}
const cases = corpus<Case[]>('token-response-cases.json') ?? []

describe.runIf(cases.length > 0)('the collection of token replies', () => {
  test.each(cases)('$name: $expect', async ({ body, content_type, expect: result }) => {
    const expected = declared[result]
    expect(expected, result).toBeDefined()
    const outcome = await outcomeOf({ body, headers: { 'content-type': content_type } })
    expect(outcome).toMatchObject(expected ?? {})
    expect('x' in {}).toBe(false)
  })
})

describe('what is sent', () => {
  test('is a form with the grant and its parameters', async () => {
    const { ports, sent } = answering({ body: { access_token: 'at', token_type: 'Bearer' } })
    await requestToken(ports, oauth2Connection({ clientSecret: 's' }), {
      grantType: 'authorization_code',
      parameters: { code: 'c&d' },
      scopes: [],
    })
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ method: 'POST', headers: { accept: 'application/json' } })
    expect(sent[0]?.url).toMatchObject({ origin: 'https://provider.example', path: '/token', query: '' })
    expect(sent[0]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect(sent[0]?.body).toBe('code=c%26d&grant_type=authorization_code')
  })

  test('where the definition says GET is a query, after the one that is there', async () => {
    const { ports, sent } = answering({ body: { access_token: 'at', token_type: 'Bearer' } })
    const connection = oauth2Connection({
      tokenMethod: 'GET',
      tokenUrl: 'https://provider.example/token?v=1',
    })
    await requestToken(ports, connection, {
      grantType: 'client_credentials',
      parameters: { scope: 'a b' },
      scopes: [],
    })
    expect(sent[0]).toMatchObject({ method: 'GET', body: undefined })
    expect(sent[0]?.headers['content-type']).toBeUndefined()
    const query = new URLSearchParams(sent[0]?.url.query)
    expect(Object.fromEntries(query)).toEqual({
      v: '1',
      scope: 'a b',
      grant_type: 'client_credentials',
      client_id: 'client',
    })
  })

  test('goes to the address with the account’s values, and only within hosts', async () => {
    const { ports, sent } = answering({ body: { access_token: 'at', token_type: 'Bearer' } })
    const tokenUrl = 'https://{tenant}.provider.example/token'
    await requestToken(ports, oauth2Connection({ tokenUrl }, { tenant: 'acme' }), {
      grantType: 'client_credentials',
      parameters: {},
      scopes: [],
    })
    expect(sent[0]?.url.origin).toBe('https://acme.provider.example')
  })
})

describe('a provider’s words', () => {
  const failing = (description: string, secret = 'client-secret-1') =>
    failureOf(
      requestToken(
        answering({ status: 400, body: { error: 'invalid_grant', error_description: description } }).ports,
        oauth2Connection({ clientSecret: secret }),
        { grantType: 'refresh_token', parameters: { refresh_token: 'client-secret-1-and-more' }, scopes: [] },
      ),
    )

  test.each([
    ['client-secret-1', 'is wrong: client-secret-1'],
    ['client-secret-1-and-more', 'token client-secret-1-and-more is gone'],
    ['client-secret-1-and-more-and-more', 'not client-secret-1-and-more-and-more'],
    ['se cr&et', 'is wrong: se%20cr%26et'],
    ['quoted"secret', 'is wrong: quoted"secret'],
  ])('are shown without the secret %j that they repeat', async (secret, description) => {
    const failure = await failing(description, secret)
    expect(String(failure.message)).toContain('[secret]')
    expect(String(failure.message)).not.toMatch(/client-secret|and-more|se%20cr|quoted/)
  })

  test('are shown without it where they say it as the error itself', async () => {
    const { ports } = answering({ status: 400, body: { error: 'client-secret-1' } })
    const connection = oauth2Connection({ clientSecret: 'client-secret-1' })
    const failure = await failureOf(
      requestToken(ports, connection, { grantType: 'client_credentials', parameters: {}, scopes: [] }),
    )
    expect(failure).toMatchObject({ code: 'token_refused', reason: '[secret]' })
  })

  test('on a page are shown to nobody, and logged without it', async () => {
    const { ports } = answering({
      status: 502,
      body: '<html>client-secret-1</html>',
      headers: { 'retry-after': '7' },
    })
    const connection = oauth2Connection({ clientSecret: 'client-secret-1' })
    const failure = await failureOf(
      requestToken(ports, connection, { grantType: 'client_credentials', parameters: {}, scopes: [] }),
    )
    expect(failure).toMatchObject({ code: 'renewal_unavailable', retryAfterSeconds: 7 })
    expect(`${failure.message} ${failure.detail}`).not.toContain('client-secret-1')
  })
})

describe('a renewal', () => {
  const previous: Tokens = {
    accessToken: new Secret('at1'),
    refreshToken: new Secret('rt1'),
    tokenType: 'bearer',
    issuedAt: 0,
    expiresAt: 1,
    scopes: ['read', 'offline'],
  }
  const renew = async (
    body: unknown,
    tokens: Tokens | 'none' = previous,
    auth: Record<string, unknown> = {},
  ) => {
    const { ports, sent } = answering({ body })
    const credential = { secret: {}, parameters: {}, tokens: tokens === 'none' ? undefined : tokens }
    const renewed = await oauth2Scheme.renew?.(ports, oauth2Connection(auth), credential)
    return { renewed, form: Object.fromEntries(new URLSearchParams(sent[0]?.body)) }
  }

  test.each([undefined, null, ''])(
    'without a new refresh token (%j) keeps the old one',
    async (refresh_token) => {
      const { renewed } = await renew({ access_token: 'at2', token_type: 'Bearer', refresh_token })
      expect([renewed?.accessToken.reveal(), renewed?.refreshToken?.reveal()]).toEqual(['at2', 'rt1'])
    },
  )

  test('with a new refresh token takes it', async () => {
    const { renewed } = await renew({ access_token: 'at2', token_type: 'Bearer', refresh_token: 'rt2' })
    expect(renewed?.refreshToken?.reveal()).toBe('rt2')
  })

  test('asks for no scope, and keeps what was granted', async () => {
    const { renewed, form } = await renew({ access_token: 'at2', token_type: 'Bearer' }, previous, {
      scopes: ['read', 'write', 'offline'],
    })
    expect(form).toEqual({ grant_type: 'refresh_token', refresh_token: 'rt1', client_id: 'client' })
    expect(renewed?.scopes).toEqual(['read', 'offline'])
  })

  test('that grants less shows less', async () => {
    const { renewed } = await renew({ access_token: 'at2', token_type: 'Bearer', scope: 'read' })
    expect(renewed?.scopes).toEqual(['read'])
  })

  test('without a refresh token fetches anew where no person is needed', async () => {
    const auth = { grant: 'client_credentials', scopes: ['a', 'b'], scopeDelimiter: ',' }
    const { form } = await renew({ access_token: 'at2', token_type: 'Bearer' }, 'none', auth)
    expect(form).toMatchObject({ grant_type: 'client_credentials', scope: 'a,b' })
  })

  test('without a refresh token is not to be had where a person is', async () => {
    const tokens = { ...previous, refreshToken: undefined }
    await expect(renew({}, tokens)).rejects.toMatchObject({ code: 'renewal_unsupported' })
  })
})

describe('living tokens that the owner gives', () => {
  test.each<[given: Record<string, unknown>, paths: string[]]>([
    [{ accessToken: 'at', refreshToken: 'rt' }, []],
    [{ accessToken: 'at\n' }, ['/secret/accessToken']],
    [{ accessToken: 'at', refreshToken: 'r t' }, ['/secret/refreshToken']],
    [{ accessToken: 'é', refreshToken: '\0' }, ['/secret/accessToken', '/secret/refreshToken']],
  ])('%j have the faults %j', (given, paths) => {
    const faults = oauth2Scheme.secretFaults(oauth2Connection().definition, given)
    expect(faults.map(({ path }) => path)).toEqual(paths)
    expect(faults.every(({ code }) => code === 'value_refused')).toBe(true)
  })
})

test.each<[text: string, delimiter: string, scopes: string[]]>([
  ['a b', ' ', ['a', 'b']],
  [' a  b ', ' ', ['a', 'b']],
  ['a,b', ',', ['a', 'b']],
  ['a b', ',', ['a', 'b']],
  ['a,b', ' ', ['a,b']],
  ['a,,b,', ',', ['a', 'b']],
  ['a', ',', ['a']],
  ['', ' ', []],
])('the scopes %j by %j are %j', (text, delimiter, scopes) => {
  expect(splitScopes(text, delimiter)).toEqual(scopes)
})
