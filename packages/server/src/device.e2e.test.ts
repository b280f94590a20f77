import { faults } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { type Answer, deviceDefinition, deviceScene, granted, json } from './device.suite.ts'

describe('an authorization on another device (RFC 8628)', () => {
  test('begins with a code for a person, and connects the account once she has entered it', async () => {
    const made = await deviceScene({
      authorizationParams: { audience: 'api' },
      resource: ['https://api.example'],
    })
    const { provider, begin, pass, polls, asked, read, clock } = made
    const id = await made.account()
    const { status, body } = await begin(id)
    expect([status, body]).toEqual([
      201,
      {
        verificationUri: `${provider.origin}/verify`,
        userCode: 'CODE-1',
        expiresAt: new Date(clock.now() + 600_000).toISOString(),
      },
    ])
    const [request] = provider.received('POST /device')
    expect(request?.headers.authorization).toBe(`Basic ${btoa('client:client-secret')}`)
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      client_id: 'client',
      scope: 'read write',
      audience: 'api',
      resource: 'https://api.example',
    })

    await pass(14)
    expect([asked(), await read(id)]).toMatchObject([2, { status: 'pending', generation: 0 }])
    polls(granted)
    await pass(1)
    expect(await read(id)).toMatchObject({ status: 'connected', generation: 1, scopes: ['read'] })
    const [poll] = provider.received('POST /token').slice(-1)
    expect(Object.fromEntries(poll?.form ?? [])).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'device-code-1',
      resource: 'https://api.example',
    })
    await pass(60)
    expect(asked()).toBe(3)

    // Of the polls, the trace keeps the one that said something.
    const traces = await made.sallyport.request('GET', `/v1/accounts/${id}/traces`)
    expect(traces.body.items.map(({ kind, ok }: Answer) => [kind, ok])).toEqual([
      ['device', true],
      ['device', true],
    ])
    expect(traces.text).not.toMatch(/device-code-1|device-access|device-refresh|client-secret/)
  })

  test('names the address with the code in it where the provider does, and an old name of the address', async () => {
    const made = await deviceScene({}, { verification_uri: undefined })
    const { provider, begin } = made
    const addresses = {
      verification_url: `${provider.origin}/old`,
      verification_uri_complete: `${provider.origin}/old?code=CODE-1`,
    }
    provider.script(
      'POST /device',
      json({ device_code: 'd', user_code: 'CODE-1', expires_in: 60, ...addresses }),
    )
    expect((await begin(await made.account())).body).toMatchObject({
      verificationUri: addresses.verification_url,
      verificationUriComplete: addresses.verification_uri_complete,
    })
  })

  test('takes neither a return address nor a confirmation, names both, and asks nobody', async () => {
    const made = await deviceScene()
    const { status, body } = await made.begin(await made.account(), {
      confirm: true,
      returnUrl: 'https://app.example/done',
    })
    expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([
      422,
      ['/returnUrl', '/confirm'],
    ])
    expect(made.provider.received()).toHaveLength(0)
  })

  const bad: [string, Answer][] = [
    ['no address', { verification_uri: undefined }],
    ['no code', { user_code: undefined }],
    ['no code of its own', { device_code: '' }],
    ['a code of control characters', { user_code: 'A\u0007' }],
    ['an http address', { verification_uri: 'http://93.184.216.34/verify' }],
    ['a script for an address', { verification_uri: 'javascript:alert(1)' }],
    ['a shell for an address', { verification_uri: 'https://a$(id)/' }],
    ['data for an address with the code', { verification_uri_complete: 'data:text/html,x' }],
    ['a refusal', { error: 'unauthorized_client' }],
  ]
  test.each(bad)('that the provider answers with %s does not begin', async (_, codes) => {
    const made = await deviceScene({}, codes)
    const id = await made.account()
    const { status, text } = await made.begin(id)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(text).not.toMatch(/device-code-1|javascript|client-secret/)
    await made.pass(20)
    expect([made.asked(), await made.read(id)]).toMatchObject([0, { status: 'pending' }])
  })

  test('is redirected nowhere', async () => {
    const made = await deviceScene()
    made.provider.script('POST /device', faults.redirect('https://elsewhere.example/device', 307))
    expect((await made.begin(await made.account())).body.code).toBe('redirect_refused')
  })
})

describe('polls', () => {
  test('are five seconds apart where the provider names no interval, and as far as it names otherwise', async () => {
    for (const [interval, polls] of [
      [undefined, 6],
      [1, 30],
      [0, 30],
      [7, 4],
      ['10', 3],
    ]) {
      const made = await deviceScene({}, { interval })
      await made.begin(await made.account())
      await made.pass(30)
      expect([interval, made.asked()]).toEqual([interval, polls])
    }
  })

  test('slow down by five seconds for good each time that they are told to', async () => {
    const { begin, account, polls, pass, asked } = await deviceScene()
    await begin(await account())
    polls({ error: 'slow_down' }, { error: 'authorization_pending' }, { error: 'slow_down' })
    // At 5, 15, 25 seconds, then every 15.
    for (const [seconds, polled] of [
      [5, 1],
      [9, 1],
      [1, 2],
      [9, 2],
      [1, 3],
      [14, 3],
      [1, 4],
      [14, 4],
      [1, 5],
    ] as const) {
      await pass(seconds)
      expect(asked()).toBe(polled)
    }
  })

  test('become rarer, twofold each time, while the provider cannot be reached or only stammers', async () => {
    const { begin, account, provider, pass, asked, read } = await deviceScene()
    const id = await account()
    await begin(id)
    const broken = provider.script('POST /token', faults.lostAnswer())
    await pass(5)
    expect(asked()).toBe(1)
    await pass(9)
    expect(asked()).toBe(1)
    await pass(1)
    expect(asked()).toBe(2)
    broken()
    const stammering = provider.script('POST /token', { status: 503, body: '' })
    await pass(20)
    expect(asked()).toBe(3)
    stammering()
    await pass(39)
    expect(asked()).toBe(3)
    await pass(1)
    expect(asked()).toBe(4)
    expect(await read(id)).toMatchObject({ status: 'pending' })
    expect(await read(id)).not.toHaveProperty('reason')
  })

  test('wait as long as the provider asks them to', async () => {
    const { begin, account, provider, pass, asked } = await deviceScene()
    await begin(await account())
    const busy = provider.script('POST /token', {
      status: 429,
      headers: { 'retry-after': '30' },
      body: '',
    })
    await pass(5)
    busy()
    await pass(29)
    expect(asked()).toBe(1)
    await pass(1)
    expect(asked()).toBe(2)
  })

  test('end when the code does, though the provider still says pending', async () => {
    const { begin, account, pass, asked, read } = await deviceScene({}, { expires_in: 12 })
    const id = await account()
    await begin(id)
    await pass(60)
    expect(asked()).toBe(2)
    expect(await read(id)).toMatchObject({ status: 'pending', generation: 0, reason: 'expired_token' })
  })

  test.each(['access_denied', 'expired_token', 'invalid_grant', 'invalid_client', 'unauthorized_client'])(
    'end with %s, which the account shows',
    async (error) => {
      const { begin, account, polls, pass, asked, read } = await deviceScene()
      const id = await account()
      await begin(id)
      polls({ error })
      await pass(60)
      expect([asked(), await read(id)]).toMatchObject([
        1,
        { status: 'pending', generation: 0, reason: error },
      ])
    },
  )

  test('of an account that is authorized anew go on for the new code alone', async () => {
    const { begin, account, polls, pass, provider, read } = await deviceScene()
    const id = await account()
    await begin(id)
    await pass(3)
    expect((await begin(id)).body.userCode).toBe('CODE-2')
    await pass(10)
    polls(granted)
    await pass(5)
    const codes = provider.received('POST /token').map(({ form }) => form.get('device_code'))
    expect(codes).toEqual(['device-code-2', 'device-code-2', 'device-code-2'])
    expect(await read(id)).toMatchObject({ status: 'connected', generation: 1 })
  })

  test('reconnect an account under its id, and leave it as it was when they come to nothing', async () => {
    const { begin, account, polls, pass, read } = await deviceScene()
    const id = await account()
    for (const generation of [1, 2]) {
      await begin(id)
      polls(granted)
      await pass(5)
      expect(await read(id)).toMatchObject({ id, status: 'connected', generation })
    }
    await begin(id)
    polls({ error: 'access_denied' })
    await pass(5)
    expect(await read(id)).toMatchObject({ status: 'connected', generation: 2, reason: 'access_denied' })
    await begin(id)
    polls(granted)
    await pass(5)
    expect(await read(id)).not.toHaveProperty('reason')
  })

  test.each([
    ['deleted', 'DELETE', ''],
    ['disconnected', 'POST', '/disconnect'],
  ])('end when the account is %s', async (_, method, path) => {
    const { begin, account, polls, pass, asked, sallyport } = await deviceScene()
    const id = await account()
    await begin(id)
    await pass(5)
    expect((await sallyport.request(method, `/v1/accounts/${id}${path}`)).status).toBeLessThan(300)
    polls(granted)
    await pass(60)
    expect(asked()).toBe(1)
  })

  test('that answer too late connect nothing, and what they bring is revoked', async () => {
    const made = await deviceScene()
    const { begin, account, provider, clock, sallyport, read, define } = made
    await define({
      ...deviceDefinition(provider, { revokeUrl: `${provider.origin}/revoke` }),
      key: 'revocable',
    })
    const id = await account('revocable')
    await begin(id)
    made.polls(granted)
    const held = provider.hold('POST /token', { moment: 'reply' })
    clock.advance(5000)
    const polling = sallyport.runDue()
    await held.arrived
    expect((await sallyport.request('POST', `/v1/accounts/${id}/disconnect`)).status).toBe(201)
    held.release()
    await polling
    expect(await read(id)).toMatchObject({ status: 'revoked' })
    const revoked = provider.received('POST /revoke').map(({ form }) => form.get('token'))
    expect(revoked).toEqual(['device-refresh', 'device-access'])
  })

  test('show the code to no other server than gave it', async () => {
    const { begin, account, pass, provider, sallyport, read } = await deviceScene()
    const id = await account()
    await begin(id)
    const moved = await sallyport.request('PATCH', '/v1/integrations/loop', {
      auth: { tokenUrl: `${provider.origin}/elsewhere` },
    })
    expect(moved.status).toBe(200)
    await pass(30)
    expect(provider.received('POST /elsewhere')).toHaveLength(0)
    expect(await read(id)).toMatchObject({ status: 'pending', reason: 'flow_invalid' })
  })
})

test('without an address for devices the definition is refused, with an issuer it need not be given', async () => {
  const { sallyport, provider } = await deviceScene()
  const definition = { ...deviceDefinition(provider, { deviceUrl: undefined }), key: 'other' }
  const refused = await sallyport.request('POST', '/v1/integrations', definition)
  expect([refused.status, refused.body.errors]).toMatchObject([422, [{ path: '/auth/deviceUrl' }]])
})
