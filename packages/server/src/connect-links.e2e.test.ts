import { type FakeClock, fakeClock } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, test as promise } from 'vitest'
import {
  alertOf,
  authorized,
  connectScene,
  faultOf,
  fillIn,
  followed,
  handedOver,
  headingOf,
  onwardOf,
  returnUrl,
  token,
} from './connect-links.suite.ts'
import { csrfIn } from './people.suite.ts'

let scene: Awaited<ReturnType<typeof connectScene<FakeClock>>>
beforeAll(async () => {
  scene = await connectScene(fakeClock())
})
afterAll(() => scene.close())

describe('without a return URL', () => {
  promise(
    'a token is tried before it is taken: a wrong one is told and nothing stored, a right one connects',
    async () => {
      const integration = await scene.keyed()
      const link = await scene.link(integration, { name: 'Ann at Some API', tags: { user: 'ann' } })
      const ann = scene.browser()
      const empty = await fillIn(ann, link.path)
      expect([empty.status, faultOf(empty, 'secret.token')]).toEqual([422, 'Please fill this in.'])
      const wrong = await fillIn(ann, link.path, token('wrong'))
      expect([wrong.status, alertOf(wrong)]).toEqual([
        422,
        'Some API did not accept what you entered. Check it, and try again.',
      ])
      expect(wrong.text).not.toContain('value="wrong"')
      expect(await scene.accounts(integration)).toEqual([])
      const right = await fillIn(ann, link.path, token('key'))
      expect([right.status, headingOf(right)]).toEqual([200, 'Some API is connected'])
      expect(right.text).not.toContain('data-result')
      const [account] = await scene.accounts(integration)
      expect(account).toMatchObject({ name: 'Ann at Some API', status: 'connected', tags: { user: 'ann' } })
      expect((await scene.api.get(`/proxy/${account?.id}/me`)).status).toBe(200)

      expect(headingOf(await ann.get(link.path))).toBe('')
      expect(headingOf(await fillIn(scene.browser(), link.path, token('key')))).toBe(
        'This link has been used',
      )
      expect(await scene.accounts(integration)).toHaveLength(1)
      const { items } = (await scene.api.get(`/v1/audit?target=${account?.id}`)).body
      expect(items).toMatchObject([
        { action: 'account.created', actor: { kind: 'connect_link', id: link.id }, address: '127.0.0.1' },
      ])
      const events = (await scene.api.get('/v1/events?type=account.connected')).body.items
      expect(JSON.stringify(events)).toContain(account?.id)
    },
  )

  promise('a service that cannot be reached is told apart from a token that is wrong', async () => {
    const link = await scene.link(await scene.keyed())
    scene.provider.script('GET /keyed/me', { status: 503 }, { times: 1 })
    const ann = scene.browser()
    expect(alertOf(await fillIn(ann, link.path, token('key')))).toMatch(/could not be connected/)
    expect(headingOf(await fillIn(ann, link.path, token('key')))).toBe('Some API is connected')
  })

  promise('connects an account again and keeps its id; what it shows and where it calls stays', async () => {
    const integration = await scene.keyed({
      parameters: [
        { name: 'team', required: true },
        { name: 'pin', secret: true, required: true },
      ],
    })
    const parameters = { team: 'red', pin: '1234' }
    const account = await scene.api.account(integration, { parameters, secret: { token: 'key' } })
    const link = await scene.link(integration, { account: account.id })
    const ann = scene.browser()
    const page = await ann.get(link.path)
    expect(page.text).toContain('An account')
    expect(page.text).not.toContain('parameters.team')
    const given = { 'parameters.pin': '9', 'parameters.team': 'blue', ...token('key') }
    expect(headingOf(await fillIn(ann, link.path, given))).toBe('Some API is connected')
    const after = await scene.api.read(account.id)
    expect(after).toMatchObject({ id: account.id, status: 'connected', parameters: { team: 'red' } })
    expect(after.generation).toBe(account.generation + 1)
    expect(await scene.accounts(integration)).toHaveLength(1)
  })

  promise('sent twenty times at once, it makes one account', async () => {
    const integration = await scene.keyed()
    const link = await scene.link(integration)
    const ann = scene.browser()
    const csrf = csrfIn((await ann.get(link.path)).text) ?? ''
    const send = async () => followed(ann, await ann.post(link.path, { csrf, ...token('key') }))
    const ends = await Promise.all(Array.from({ length: 20 }, send))
    expect(new Set(ends.map(headingOf))).toEqual(new Set(['Some API is connected']))
    expect(await scene.accounts(integration)).toHaveLength(1)

    const pressed = await scene.oauth()
    const { path } = await scene.link(pressed)
    const ben = scene.browser()
    const form = { csrf: csrfIn((await ben.get(path)).text) ?? '' }
    const clicks = await Promise.all(Array.from({ length: 5 }, () => ben.post(path, form)))
    expect(clicks.map(onwardOf).filter((url) => url !== '')).toHaveLength(5)
    expect(await scene.accounts(pressed)).toHaveLength(1)
  })
})

describe('with a return URL', () => {
  promise(
    'the account stays pending until the result, which one browser alone gets, is confirmed',
    async () => {
      const integration = await scene.keyed()
      const link = await scene.link(integration, { returnUrl })
      const ann = scene.browser()
      const done = await fillIn(ann, link.path, token('key'))
      const { account, result, origin } = handedOver(done)
      expect(origin).toBe('https://app.example')
      expect(done.text).toContain(`from=sallyport&#38;account=${account}&#38;result=${result}`)
      expect(await scene.api.read(account ?? '')).toMatchObject({
        status: 'pending',
        generation: 0,
        secretsSet: [],
      })
      expect((await scene.api.get(`/proxy/${account}/me`)).body.code).toBe('account_pending')

      const own = `/connect/${link.id}`
      expect(handedOver(await ann.get(own))).toEqual({ account, result, origin })
      expect((await scene.browser().get(own)).status).toBe(404)
      expect((await scene.browser().get(link.path)).status).toBe(410)
      const confirm = (body: object, key?: string) =>
        scene.sallyport.request('POST', `/v1/accounts/${account}/confirm`, body, key ? { key } : {})
      expect((await confirm({ result: 'x'.repeat(43) })).status).toBe(409)
      const { body: other } = await scene.api.post('/v1/organizations', { name: 'Other' })
      expect((await confirm({ result }, other.key)).status).toBe(404)
      const confirmed = await confirm({ result })
      expect(confirmed.body, confirmed.text).toMatchObject({
        id: account,
        status: 'connected',
        generation: 1,
      })
      expect((await confirm({ result })).status).toBe(409)
      expect((await scene.api.get(`/proxy/${account}/me`)).status).toBe(200)
      expect(handedOver(await ann.get(own))).toEqual({})
    },
  )

  promise('what nobody confirms within ten minutes is not connected, and the page says so', async () => {
    const link = await scene.link(await scene.keyed(), { returnUrl, expiresInSeconds: 7200 })
    const ann = scene.browser()
    const { account, result } = handedOver(await fillIn(ann, link.path, token('key')))
    scene.clock.advance(600_000)
    expect((await scene.api.post(`/v1/accounts/${account}/confirm`, { result })).status).toBe(409)
    expect(headingOf(await ann.get(`/connect/${link.id}`))).toBe('This link has expired')
  })

  promise(
    'an authorization at the provider comes back to the page, and waits to be confirmed too',
    async () => {
      const integration = await scene.oauth()
      const link = await scene.link(integration, { returnUrl })
      const ann = scene.browser()
      const onward = await fillIn(ann, link.path)
      expect(onwardOf(onward)).toMatch(new RegExp(`^${scene.provider.origin}/authorize\\?`))
      expect(onwardOf(onward)).not.toContain(link.id)
      const { account = '', result } = handedOver(await authorized(ann, onwardOf(onward)))
      expect(await scene.api.read(account)).toMatchObject({ status: 'pending' })
      const { body } = await scene.api.post(`/v1/accounts/${account}/confirm`, { result })
      expect(body).toMatchObject({ status: 'connected', generation: 1 })
    },
  )

  promise('whoever denies access may think again; of two authorizations the later one counts', async () => {
    const integration = await scene.oauth()
    const link = await scene.link(integration)
    const ann = scene.browser()
    const first = new URL(onwardOf(await fillIn(ann, link.path)))
    const state = first.searchParams.get('state') ?? ''
    const query = new URLSearchParams({ state, error: 'access_denied', error_description: '<b>No.</b>' })
    const callback = new URL(first.searchParams.get('redirect_uri') ?? '').pathname
    const denied = await followed(ann, await ann.get(`${callback}?${query}`))
    expect([denied.status, alertOf(denied)]).toEqual([200, expect.stringContaining('Access was not granted')])
    expect(denied.text).not.toContain('<b>No')
    const [older, newer] = [onwardOf(await fillIn(ann, link.path)), onwardOf(await fillIn(ann, link.path))]
    expect((await authorized(ann, older)).status).toBe(400)
    expect(headingOf(await authorized(ann, newer))).toBe('Some API is connected')
    expect(await scene.accounts(integration)).toMatchObject([{ status: 'connected', generation: 1 }])
  })

  promise('a code for another device is shown, and what comes of it waits to be confirmed', async () => {
    const { provider, sallyport } = scene
    const json = (status: number, body: object) => ({
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const device = { device_code: 'd', user_code: 'WDJB-MJHT', verification_uri: `${provider.origin}/verify` }
    provider.script('POST /device', json(200, { ...device, expires_in: 600, interval: 5 }))
    const grant = { grant: 'device_code', deviceUrl: `${provider.origin}/device` }
    const link = await scene.link(await scene.oauth(grant), { returnUrl })
    const ann = scene.browser()
    const page = await fillIn(ann, link.path)
    expect(page.text).toContain('WDJB-MJHT')
    expect(page.text).toContain(`href="${provider.origin}/verify"`)
    expect((await ann.get(`/connect/${link.id}`)).text).toContain('WDJB-MJHT')
    expect((await scene.browser().get(link.path)).text).not.toContain('WDJB-MJHT')
    const stop = provider.script(
      'POST /token',
      json(200, { access_token: 'a'.repeat(40), token_type: 'Bearer' }),
    )
    scene.clock.advance(6000)
    await sallyport.runDue()
    stop()
    const { account = '', result } = handedOver(await ann.get(`/connect/${link.id}`))
    expect(await scene.api.read(account)).toMatchObject({ status: 'pending' })
    const { body } = await scene.api.post(`/v1/accounts/${account}/confirm`, { result })
    expect(body).toMatchObject({ status: 'connected' })
  })
})
