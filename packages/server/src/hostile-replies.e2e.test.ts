import { canary, findCanaries, sink } from '@sallyport/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ann, directory, given, json, loginScene, withAuth } from './custom-token.suite.ts'
import { deviceScene } from './device.suite.ts'
import { quirk } from './quirks/quirks.suite.ts'

describe('what a hostile provider cannot have shown', () => {
  test('a token that its reply repeats where a value is kept from', async () => {
    const made = await quirk(() => ({ tokenReply: { keep: { region: '/region', echo: '/echo' } } }))
    const token = canary('access token')
    made.provider.script(
      'POST /token',
      json(200, { access_token: token, token_type: 'bearer', region: 'eu', echo: `${token}!` }),
    )
    const account = await made.connect()
    expect(account.status).toMatch(/connected|expiring/)
    expect(account.kept).toEqual({ region: 'eu' })
    expect(findCanaries(JSON.stringify(account))).toEqual([])
  })

  test('a password that its reply repeats, and values of any length', async () => {
    const { provider, define, connect } = await loginScene()
    const data = { token: 'a-token', echo: ann.password, long: 'x'.repeat(100_000), region: 'eu' }
    provider.script('POST /login', json(200, { data }))
    const keep = { echo: '/data/echo', long: '/data/long', region: '/data/region' }
    await define(withAuth({ tokenReply: { accessToken: '/data/token', keep } }))
    expect((await connect(ann)).kept).toEqual({ region: 'eu' })
  })

  test('a token that it gave before a later request failed', async () => {
    const { provider, define, connect, sallyport } = await loginScene()
    // A word, so that nothing about it looks like a token.
    const first = 'abracadabra'
    provider.script('POST /first', json(200, { data: { thing: first } }))
    provider.script('POST /login', {
      status: 500,
      headers: { 'content-type': 'text/plain' },
      body: `no ${first}`,
    })
    await define(
      withAuth({
        steps: [
          {
            url: 'https://dir.example.com/first',
            method: 'POST',
            reply: { tokens: { first: '/data/thing' } },
          },
        ],
        tokenRequest: {
          headers: { 'X-Step': '{token.first}' },
          format: 'json',
          body: { thing: '{token.first}' },
        },
      }),
    )
    const { id } = await connect(ann)
    expect(provider.received('POST /login')[0]?.headers['x-step']).toBe(first)
    const { text } = await sallyport.request('GET', `/v1/accounts/${id}/traces`)
    expect(JSON.parse(text).items[0].exchanges).toHaveLength(2)
    expect(text).not.toContain(first)
  })

  test('a secret that it repeats in its error, in whatever case the diagnosis quotes it', async () => {
    const secret = 'Correct-Horse'
    const made = await quirk(() => ({ clientSecret: secret }))
    made.provider.script(
      'POST /token',
      json(400, { error: 'invalid_request', error_description: `redirect_uri of ${secret}` }),
    )
    const account = await made.connect()
    const { text, body } = await made.sallyport.request('GET', `/v1/accounts/${account.id}/traces`)
    expect(body.items[0].diagnosis[0].code).toBe('redirect_mismatch')
    expect(text.toLowerCase()).not.toContain(secret.toLowerCase())
  })
})

test('a reply that is made to take for ever to read takes no time', async () => {
  const { provider, define, connect, call } = await loginScene()
  provider.script('POST /login', {
    status: 500,
    headers: { 'content-type': 'text/plain' },
    body: 'token'.repeat(50_000),
  })
  await define(directory)
  const { id, status } = await connect(ann)
  expect(status).toBe('failing')
  expect((await call(id)).status).toBeGreaterThanOrEqual(400)
})

test('a device code that lasts for ten years is asked about for a day', async () => {
  const { begin, account, clock } = await deviceScene({}, { expires_in: 315_360_000 })
  const { body } = await begin(await account())
  expect(Date.parse(body.expiresAt) - clock.now()).toBe(86_400_000)
})

test('a parameter that moves where a token is logged out needs the secrets again', async () => {
  const elsewhere = await sink()
  onTestFinished(elsewhere.close)
  const { provider, sallyport, define, connect } = await loginScene()
  provider.script('POST /login', given('a-token'))
  const server = { name: 'server', kind: 'url' }
  await define(
    withAuth(
      { revokeUrl: '{server}/out?token={token}' },
      { parameters: [...directory.parameters, server], request: { headers: { 'X-Server': '{server}' } } },
    ),
  )
  const { id, status } = await connect({ ...ann, server: provider.origin })
  expect(status).toBe('connected')
  const patch = { parameters: { server: elsewhere.origin } }
  const moved = await sallyport.request('PATCH', `/v1/accounts/${id}`, patch)
  expect([moved.status, moved.body.code]).toEqual([422, 'secret_required'])
  await sallyport.request('POST', `/v1/accounts/${id}/disconnect`)
  expect(elsewhere.requests).toBe(0)
})
