import { canary, findCanaries } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { person, scene } from './authorization.suite.ts'
import { renewing } from './renewal.suite.ts'
import type { TestSallyport } from './sallyport.suite.ts'

async function traces(sallyport: TestSallyport, id: string, query = '') {
  const { status, body } = await sallyport.request('GET', `/v1/accounts/${id}/traces${query}`)
  expect(status).toBe(200)
  return body
}

describe('the flight recorder', () => {
  test('keeps each step of an authorization, with what was sent and what came, secrets replaced', async () => {
    const clientSecret = canary('client secret')
    const made = await scene({
      auth: { clientSecret },
      behaviour: { clients: [{ clientId: 'client', clientSecret }] },
    })
    const id = await made.account()
    const ann = person()
    await ann.finish(await made.authorize(id))
    const { items } = await traces(made.sallyport, id)
    expect(items.map(({ kind, ok }: { kind: string; ok: boolean }) => [kind, ok])).toEqual([
      ['callback', true],
      ['authorize', true],
    ])
    const [{ exchanges, declared }] = items
    expect(exchanges).toHaveLength(1)
    expect(exchanges[0].request).toMatchObject({
      method: 'POST',
      url: `${made.provider.origin}/token`,
      headers: { authorization: 'Basic [secret]' },
      body: expect.stringMatching(
        /code=\[secret\]&redirect_uri=http.*\/callback\/int_\w+&.*grant_type=authorization_code/,
      ),
    })
    expect(exchanges[0].response.status).toBe(200)
    expect(JSON.parse(exchanges[0].response.body)).toMatchObject({
      access_token: '[secret]',
      refresh_token: '[secret]',
      token_type: 'Bearer',
    })
    expect(declared).toMatchObject({
      tokenUrl: `${made.provider.origin}/token`,
      clientAuthentication: 'basic',
    })
    expect(findCanaries(JSON.stringify(items))).toEqual([])
  })

  test('keeps renewals and revocations, newest first, page by page, and says what went wrong', async () => {
    const made = await renewing({ revocable: true })
    const { sallyport, account, provider, clock } = made
    await sallyport.request('POST', `/v1/accounts/${account}/renew`, {})
    clock.advance(1000)
    provider.script(
      'POST /token',
      {
        status: 400,
        body: '{"error":"invalid_grant","error_description":"gone"}',
        headers: { 'content-type': 'application/json' },
      },
      { times: 1 },
    )
    await sallyport.request('POST', `/v1/accounts/${account}/renew`, {})
    clock.advance(1000)
    await sallyport.request('POST', `/v1/accounts/${account}/disconnect`, {})
    const first = await traces(sallyport, account, '?limit=2')
    const rest = await traces(sallyport, account, `?limit=2&cursor=${first.nextCursor}`)
    const kinds = [...first.items, ...rest.items].map(
      ({ kind, ok }: { kind: string; ok: boolean }) => `${kind} ${ok}`,
    )
    expect(kinds).toEqual(['revoke true', 'refresh false', 'refresh true'])
    expect(first.items[1].error).toEqual({
      code: 'account_needs_reconnect',
      message: expect.stringContaining('invalid_grant (gone)'),
    })
  })

  test('goes with the account, and nothing of a mere trial is kept', async () => {
    const made = await renewing()
    await made.sallyport.request('POST', `/v1/accounts/${made.account}/renew`, {})
    expect((await traces(made.sallyport, made.account)).items).toHaveLength(1)
    await made.sallyport.request('DELETE', `/v1/accounts/${made.account}`)
    expect((await made.sallyport.request('GET', `/v1/accounts/${made.account}/traces`)).status).toBe(404)
  })
})

const json = { 'content-type': 'application/json' }

describe('the diagnosis of a failure', () => {
  test.each<[code: string, reply: object, change: RegExp]>([
    [
      'client_authentication',
      { status: 401, headers: json, body: '{"error":"invalid_client"}' },
      /clientAuthentication.*body/,
    ],
    [
      'redirect_mismatch',
      {
        status: 400,
        headers: json,
        body: '{"error":"invalid_grant","error_description":"redirect_uri mismatch"}',
      },
      /Register http.*\/callback\/int_/,
    ],
    [
      'pkce_refused',
      {
        status: 400,
        headers: json,
        body: '{"error":"invalid_request","error_description":"code_verifier is not supported"}',
      },
      /pkce/,
    ],
    [
      'double_client_authentication',
      {
        status: 400,
        headers: json,
        body: '{"error":"invalid_request","error_description":"Multiple client credentials were given"}',
      },
      /not to both/,
    ],
    [
      'forgotten_registration',
      {
        status: 400,
        headers: json,
        body: '{"error":"invalid_client","error_description":"Client not found"}',
      },
      /clientId/,
    ],
    [
      'page_instead_of_reply',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Welcome' },
      /address/,
    ],
    [
      'token_elsewhere',
      { status: 200, headers: json, body: '{"data":{"token":"x"},"meta":1}' },
      /tokenReply.accessToken/,
    ],
    [
      'clock_skew',
      {
        status: 400,
        headers: { ...json, date: 'Sat, 01 Jan 2000 00:00:00 GMT' },
        body: '{"error":"invalid_grant"}',
      },
      /clock/,
    ],
    [
      'redirected',
      { status: 302, headers: { location: 'https://elsewhere.example/token' }, body: '' },
      /address/,
    ],
    ['headers_too_large', { status: 431, headers: json, body: '{}' }, /cookies/],
    ['scope_refused', { status: 400, headers: json, body: '{"error":"invalid_scope"}' }, /scopes/],
    [
      'no_refresh_token',
      { status: 200, headers: json, body: '{"access_token":"at","token_type":"Bearer"}' },
      /offline/,
    ],
  ])('names %s, what was seen, and what to change', async (code, reply, change) => {
    const made = await scene()
    const id = await made.account()
    made.provider.script('POST /token', reply)
    await person().finish(await made.authorize(id))
    const [{ diagnosis }] = (await traces(made.sallyport, id)).items
    const found = diagnosis.find((each: { code: string }) => each.code === code)
    expect(found, JSON.stringify(diagnosis)).toBeDefined()
    expect(found.saw).toMatch(/\w/)
    expect(found.change).toMatch(change)
  })

  test('on request tries the other client authentication, and burns no token', async () => {
    const made = await renewing({ auth: { clientAuthentication: 'body' } })
    made.provider.behaviour.clientAuthenticationMethods = ['basic']
    const { sallyport, account, provider } = made
    const { status, body } = await sallyport.request('POST', `/v1/accounts/${account}/diagnose`, {})
    expect(status).toBe(201)
    expect(
      body.attempts.map(({ clientAuthentication, outcome }: Record<string, string>) => [
        clientAuthentication,
        outcome,
      ]),
    ).toEqual([
      ['body', 'refused'],
      ['basic', 'accepted'],
    ])
    expect(body.diagnosis).toMatchObject([
      { code: 'client_authentication', change: expect.stringContaining('"basic"') },
    ])
    expect(provider.received('POST /token').map(({ form }) => form.get('grant_type'))).toEqual([
      'authorization_code',
      'authorization_code',
    ])
    expect(await made.call('/me')).toMatchObject({ status: 200 })
  })
})
