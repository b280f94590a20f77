import { canary, faults, type ReceivedRequest, type Script, type ScriptedReply } from '@sallyport/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Canaries, inBody, issue, json, living, quoted, startCanaries } from './canary.suite.ts'
import { type WireServer, wireServer } from './wire.suite.ts'

let world: Canaries
let wire: WireServer
beforeAll(async () => {
  world = await startCanaries()
  wire = await wireServer()
})
afterAll(async () => {
  await world.close()
  await wire.close()
})
afterEach(() => expect(world.leaks()).toEqual([]))
const machine = (more?: object) => world.machine(more)
const person = (more?: object) => world.person(more)

describe('tokens', () => {
  test('connecting, renewing, calling and reading accounts shows no secret but where it is handed out', async () => {
    world.provider.script('POST /token', () => issue())
    const key = await world.integration(machine({ clientAuthentication: 'body' }))
    const ids = [
      await world.account(key),
      await world.account(await world.integration(person()), living()),
      await world.account(await world.integration(machine())),
    ]
    for (const id of ids) {
      await world.ask('POST', `/v1/accounts/${id}/renew`)
      expect((await world.ask('GET', `/proxy/${id}/me`)).status).toBe(404)
      await world.ask('GET', `/v1/accounts/${id}`)
      const token = await world.ask('POST', `/v1/accounts/${id}/token`, {}, { handsOut: true })
      expect(token.body.accessToken).toMatch(/^canary/)
    }
    for (const path of [
      '/v1/accounts',
      '/v1/integrations',
      '/v1/keys',
      `/v1/integrations/${key}`,
      '/',
      '/openapi.json',
    ]) {
      expect((await world.ask('GET', path)).status).toBe(200)
    }
  })

  const replies: Record<string, (request: ReceivedRequest) => ScriptedReply> = {
    'an error_description that quotes the whole request': (request) =>
      json(400, { error: 'invalid_client', error_description: quoted(request) }),
    'an error_description in which the client secret stands at the cut': (request) =>
      json(401, { error: 'invalid_client', error_description: `${'x'.repeat(180)} ${quoted(request)}` }),
    'the client secret for an error code': () => json(400, { error: world.clientSecret }),
    'invalid_grant that quotes the request': (request) =>
      json(400, { error: 'invalid_grant', error_description: quoted(request), error_uri: quoted(request) }),
    'an error object that holds a token and the request': (request) =>
      json(400, { error: { access_token: canary('access token'), request: quoted(request) } }),
    'an error beside a token': () =>
      json(200, {
        error: 'server_error',
        error_description: canary('access token'),
        access_token: canary('access token'),
      }),
    'JSON that is cut off': () => ({
      headers: { 'Content-Type': 'application/json' },
      body: `{"access_token":"${canary('access token')}","refresh_token":"${canary('refresh token')}`,
    }),
    'members that stand twice': () => ({
      headers: { 'Content-Type': 'application/json' },
      body: `{"access_token":"${canary('access token')}","access_token":"${canary('access token')}"}`,
    }),
    'a page with tokens': (request) => ({
      headers: { 'Content-Type': 'text/html' },
      body: `<p>${canary('access token')}</p><p>${quoted(request)}`,
    }),
    'an array of tokens': () => json(200, [canary('access token')]),
    'a token of another type': () => issue({ token_type: 'mac' }),
    'a token type that is the token': () => issue({ token_type: canary('access token') }),
    'a token with a line break': () => issue({ access_token: `${canary('access token')}\r\nX-Evil: 1` }),
    'a token with other letters': () => issue({ access_token: `${canary('access token')}ü` }),
    'a refresh token that is an object': () => issue({ refresh_token: { value: canary('refresh token') } }),
    'a lifetime that is a token': () => issue({ expires_in: canary('access token'), access_token: '' }),
    'a failure that quotes the request': (request) => ({ status: 500, body: `Error at ${quoted(request)}` }),
    'a failure with a short, percent-encoded quotation': (request) => ({
      status: 502,
      body: encodeURIComponent(quoted(request)),
    }),
    'a 401 without a body that makes sense': (request) => ({ status: 401, body: quoted(request) }),
    'a redirect with the secret in it': (request) =>
      faults.redirect(`https://elsewhere.example/?${request.body}&s=${world.clientSecret}`, 307),
    'a redirect to nowhere': () => faults.redirect(`//${world.clientSecret}:@[`),
    'a body in an unknown encoding': (request) => ({
      headers: { 'Content-Encoding': 'gzip' },
      body: quoted(request),
    }),
    'headers that are too large': (request) => ({
      headers: { 'X-Echo': quoted(request).repeat(200) },
      body: '',
    }),
    'a connection that is reset': () => faults.reset(),
    'half of an answer': () => faults.closeMidway(issue()),
    'a broken retry-after': (request) => ({
      ...json(429, { error: 'slow_down' }),
      headers: { 'Retry-After': quoted(request) },
    }),
  }
  for (const [what, reply] of Object.entries(replies)) {
    test(`a token endpoint that answers with ${what} teaches nobody a secret`, async () => {
      const stop = world.provider.script('ANY /token', reply)
      for (const more of [{}, inBody, { ...inBody, tokenMethod: 'GET' }]) {
        const machines = await world.integration(machine(more))
        const tried = await world.ask('POST', '/v1/accounts/test', { integration: machines, name: 'A' })
        expect(tried.body.ok).toBe(false)
        const first = await world.account(machines)
        const second = await world.account(await world.integration(person(more)), living())
        for (const id of [first, second]) {
          expect((await world.ask('POST', `/v1/accounts/${id}/renew`)).status).toBeGreaterThanOrEqual(400)
          await world.ask('GET', `/proxy/${id}/me`)
          const { body } = await world.ask('GET', `/v1/accounts/${id}`)
          expect(['failing', 'needs_reconnect']).toContain(body.status)
          await world.ask('POST', `/v1/accounts/${id}/token`, {}, { handsOut: true })
        }
      }
      stop()
    })
  }

  test('bytes that are not HTTP, and quote the request, are not quoted', async () => {
    wire.answer = ({ headers, body }) => `HTTP/1.1 200 OK\r\n${headers.join(' ')} ${body}\u0000: x\r\n\r\n`
    for (const more of [
      {},
      { clientAuthentication: 'body' },
      { clientAuthentication: 'body', tokenMethod: 'GET' },
    ]) {
      const id = await world.account(
        await world.integration(machine({ ...more, tokenUrl: `${wire.origin}/token` })),
      )
      expect((await world.ask('POST', `/v1/accounts/${id}/renew`)).status).toBe(503)
    }
  })

  test('a host that is closed, blocked, unknown or not listed is named without what it would have been sent', async () => {
    const closed = await wireServer()
    await closed.close()
    for (const origin of [closed.origin, 'https://10.0.0.1', 'https://nowhere.invalid']) {
      for (const tokenMethod of ['GET', 'POST']) {
        const tokenUrl = `${origin}/token?hint=x`
        const definition = { ...machine({ ...inBody, tokenUrl, tokenMethod }), key: 'unreachable', name: 'U' }
        const { status } = await world.ask('POST', '/v1/integrations', definition)
        if (status !== 201) continue
        const id = await world.account('unreachable')
        expect((await world.ask('POST', `/v1/accounts/${id}/renew`)).status).toBe(503)
        await world.ask('DELETE', '/v1/integrations/unreachable?cascade=true')
      }
    }
  })

  test('an issuer whose metadata holds secrets is refused without them', async () => {
    const { origin } = world.provider
    const { auth } = person({ issuer: origin, authorizationUrl: undefined, tokenUrl: undefined })
    const key = await world.integration({ auth })
    const id = await world.account(key, living())
    for (const body of [`{"issuer":"${world.clientSecret}"}`, `{"issuer":"${world.clientSecret}`, '[]']) {
      const stop = world.provider.script('GET /.well-known/*', {
        headers: { 'Content-Type': 'application/json' },
        body,
      })
      await world.ask('POST', `/v1/accounts/${id}/renew`)
      stop()
    }
  })
})

describe('authorizations', () => {
  /** A browser that starts one and stands before the callback, whose address it could open. */
  async function atTheCallback(input: object = {}) {
    const id = await world.account(await world.integration(person({ issuer: undefined })))
    const { body } = await world.ask('POST', `/v1/accounts/${id}/authorize`, input, { handsOut: true })
    world.made('start token', new URL(body.authorizationUrl).pathname.split('/').at(-1))
    const start = await world.ask('GET', body.authorizationUrl, undefined, { key: null, handsOut: true })
    const cookie = (start.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    world.made('browser cookie', cookie.split('=')[1])
    const asked = new URL(start.headers.get('location') ?? '').searchParams
    const state = world.made('state', asked.get('state'))
    const code = canary('authorization code')
    const callback = (parameters: Record<string, string>) =>
      `${asked.get('redirect_uri')}?${new URLSearchParams({ state, ...parameters })}`
    const open = (url: string, headers: Record<string, string> = { cookie }) =>
      world.ask('GET', url, undefined, { key: null, headers })
    return { id, state, code, callback, open, started: body.authorizationUrl }
  }
  const watched =
    (reply: Script): Script =>
    (request, answer) => {
      for (const verifier of request.form.getAll('code_verifier')) world.made('code verifier', verifier)
      return typeof reply === 'function' ? reply(request, answer) : reply
    }

  test('one that succeeds leaves nothing of it in replies, pages or the log', async () => {
    const stop = world.provider.script('POST /token', watched(issue()))
    const { id, code, callback, open } = await atTheCallback()
    const reply = await open(callback({ code }))
    expect(reply.status).toBe(303)
    expect(
      (await open(new URL(reply.headers.get('location') ?? '', world.sallyport.origin).href)).status,
    ).toBe(200)
    expect((await world.ask('GET', `/v1/accounts/${id}`)).body.status).toBe('connected')
    expect((await open(callback({ code }))).status).toBe(400)
    stop()
  })

  test('one that is confirmed gives its result to the return address alone', async () => {
    const stop = world.provider.script('POST /token', watched(issue()))
    const returnUrl = 'https://app.example/done'
    await world.ask('PATCH', '/v1/environments/development', { returnUrls: [returnUrl] })
    const { id, code, callback, open } = await atTheCallback({ returnUrl, confirm: true })
    const back = await world.ask('GET', callback({ code }), undefined, { key: null, handsOut: true })
    expect(back.status).toBe(400)
    const reply = await open(callback({ code: canary('authorization code') }))
    const result = new URL(reply.headers.get('location') ?? '').searchParams.get('result')
    expect((await world.ask('POST', `/v1/accounts/${id}/confirm`, { result: canary('result') })).status).toBe(
      409,
    )
    expect((await world.ask('POST', `/v1/accounts/${id}/confirm`, { result })).body.status).toBe('connected')
    world.made('result', result)
    await world.ask('GET', `/v1/accounts/${id}`)
    stop()
  })

  test('one that the provider refuses is told in its words, less what is secret', async () => {
    const failures: Script[] = [
      (request) => json(400, { error: 'invalid_grant', error_description: quoted(request) }),
      (request) => ({ status: 500, body: quoted(request) }),
      (request) => json(200, { access_token: quoted(request) }),
      faults.reset(),
    ]
    for (const failure of failures) {
      const stop = world.provider.script('POST /token', watched(failure))
      const { id, code, callback, open } = await atTheCallback()
      const { headers } = await open(callback({ code }))
      const page = new URL(headers.get('location') ?? '', world.sallyport.origin).href
      expect((await open(page)).status).toBe(400)
      await world.ask('GET', `/v1/accounts/${id}`)
      stop()
    }
    const { code, state, callback, open } = await atTheCallback()
    const said = `no ${world.clientSecret} ${code} ${state} ${Buffer.from(code).toString('base64')}`
    const { headers } = await open(callback({ code, error: 'access_denied', error_description: said }))
    const page = await open(new URL(headers.get('location') ?? '', world.sallyport.origin).href)
    expect(page.text).toContain('access_denied')
  })

  test('a callback that is not its browser’s, is malformed or too long is refused without being quoted', async () => {
    const { code, state, callback, open, started } = await atTheCallback()
    const whole = callback({ code })
    const refused = [
      open(whole, {}),
      open(whole, { cookie: `sp_x=${canary('other cookie')}` }),
      open(`${whole}&code=${canary('authorization code')}`),
      open(`${whole}&access_token=${canary('access token')}`),
      open(`${whole}&iss=${canary('issuer')}&iss=x`),
      open(`${whole}&${'x'.repeat(9000)}`),
      open(whole.replace(state, canary('other state'))),
      open(whole.replace('/callback/', '/callback/%')),
      open(`${started}%`),
      open(`${started}x`),
      open(`${started}/${code}`),
      open(whole, { cookie: `junk=${canary('cookie').repeat(900)}` }),
      open(whole, { cookie: `junk=${canary('cookie').repeat(1800)}` }),
      world.ask('POST', whole, { code }, { key: null }),
      world.ask('GET', `/callback/${code}/result/${code}`, undefined, { key: null }),
      world.ask('GET', `/errors/${code}`, undefined, { key: null }),
    ]
    for (const reply of await Promise.all(refused)) expect(reply.status).toBeGreaterThanOrEqual(400)
  })
})

describe('afterwards', () => {
  test('no file of the data folder holds any of it', async () => {
    await world.sallyport.request('GET', '/healthz')
    expect(await world.leaksInFiles()).toEqual([])
  })
})
