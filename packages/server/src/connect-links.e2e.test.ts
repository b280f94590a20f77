import { afterAll, beforeAll, describe, expect, test as promise } from 'vitest'
import {
  alertOf,
  connectScene,
  faultOf,
  fillIn,
  followed,
  handedOver,
  headingOf,
  onwardOf,
  returnUrl,
} from './connect-links.suite.ts'
import { csrfIn, type TestBrowser } from './people.suite.ts'

let scene: Awaited<ReturnType<typeof connectScene>>
beforeAll(async () => {
  scene = await connectScene()
})
afterAll(() => scene.close())

const token = (value: string) => ({ 'secret.token': value })
const hour = 3_600_000

/** Through the provider's page, and back. */
async function authorized(browser: TestBrowser, providerUrl: string) {
  const consent = await fetch(providerUrl, { redirect: 'manual' })
  const callback = await browser.get(consent.headers.get('location') ?? '')
  return followed(browser, callback)
}

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

describe('somebody else', () => {
  promise(
    'with the same link, once a browser has begun, goes nowhere; looks and previews begin nothing',
    async () => {
      const integration = await scene.oauth()
      const link = await scene.link(integration, { returnUrl })
      const [ann, mallory] = [scene.browser(), scene.browser()]
      for (let looks = 0; looks < 3; looks += 1)
        expect((await scene.browser().get(link.path)).status).toBe(200)
      const early = await mallory.get(link.path)
      const providerUrl = onwardOf(await fillIn(ann, link.path))
      const late = await mallory.post(link.path, { csrf: csrfIn(early.text) ?? '' })
      expect([late.status, headingOf(late)]).toEqual([409, 'This link is in use in another browser'])
      // The provider's address, and what came back from it, are of no use in another browser either.
      const consent = await fetch(providerUrl, { redirect: 'manual' })
      const callback = consent.headers.get('location') ?? ''
      expect((await mallory.get(callback)).status).toBe(400)
      expect(
        scene.provider
          .received('POST /token')
          .filter(({ form }) => form.get('code') === new URL(callback).searchParams.get('code')),
      ).toEqual([])
      expect(handedOver(await followed(ann, await ann.get(callback))).result).toMatch(/^[\w-]{43}$/)
      expect((await mallory.get(`/connect/${link.id}`)).status).toBe(404)
    },
  )

  promise(
    'cannot have another person’s browser begin: not from another site, not without what the page gave',
    async () => {
      const integration = await scene.keyed()
      const link = await scene.link(integration)
      const ann = scene.browser()
      const csrf = csrfIn((await ann.get(link.path)).text) ?? ''
      const fields = { csrf, ...token('key') }
      expect((await ann.post(link.path, fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(400)
      expect((await ann.post(link.path, token('key'))).status).toBe(400)
      const other = scene.browser()
      expect((await other.post(link.path, fields)).status).toBe(400)
      await other.get(link.path)
      expect(headingOf(await other.post(link.path, fields))).toBe('Your browser keeps no cookies')
      expect(await scene.accounts(integration)).toEqual([])
    },
  )

  promise('learns nothing of links that they do not hold, and waits after many guesses', async () => {
    const link = await scene.link(await scene.keyed())
    const guess = (path: string) => scene.browser().get(path)
    const wrong = await guess(`/connect/${link.id}/${'x'.repeat(43)}`)
    const absent = await guess(`/connect/cnl_${'0'.repeat(25)}/${'x'.repeat(43)}`)
    expect([wrong.status, wrong.text]).toEqual([404, absent.text])
    for (const path of [
      `/connect/${link.id}`,
      '/connect/%00',
      `/connect/${link.id}/%3Cscript%3E`,
      '/connect/x/y',
    ])
      expect([path, (await guess(path)).text]).toEqual([path, absent.text])
    let last = wrong
    for (let tries = 0; tries < 60 && last.status === 404; tries += 1) last = await guess('/connect/x/y')
    expect([last.status, headingOf(last)]).toEqual([429, 'Please wait a moment'])
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await guess(link.path)).status).toBe(200)
  })
})

describe('a link', () => {
  promise('ends by its time, with its organization, its key, and after thirty attempts', async () => {
    const integration = await scene.keyed()
    const expired = await scene.link(integration, { expiresInSeconds: 60 })
    scene.clock.advance(60_000)
    expect(headingOf(await fillIn(scene.browser(), expired.path))).toBe('This link has expired')

    const { body: key } = await scene.api.post('/v1/keys', { name: 'Links', scopes: ['accounts:connect'] })
    const made = await scene.sallyport.request('POST', '/v1/connect-links', { integration }, { key: key.key })
    const path = new URL(made.body.url).pathname
    expect((await scene.browser().get(path)).status).toBe(200)
    await scene.api.remove(`/v1/keys/${key.id}`)
    expect([404, 429]).toContain((await scene.browser().get(path)).status)

    const tried = await scene.link(integration)
    const ann = scene.browser()
    for (let attempts = 0; attempts < 30; attempts += 1) await fillIn(ann, tried.path)
    expect(headingOf(await fillIn(ann, tried.path, token('key')))).toBe('Too many attempts')

    const other = (await scene.api.post('/v1/organizations', { name: 'Other' })).body
    const as = (method: string, where: string, body: object) =>
      scene.sallyport.request(method, where, body, { key: other.key })
    const definition = {
      key: 'api',
      name: 'API',
      baseUrl: 'https://api.example',
      auth: { type: 'api_token' },
    }
    await as('POST', '/v1/integrations', definition)
    const { body: theirs } = await as('POST', '/v1/connect-links', { integration: 'api' })
    await scene.api.patch(`/v1/organizations/${other.id}`, { suspended: true })
    expect([404, 429]).toContain((await scene.browser().get(new URL(theirs.url).pathname)).status)
  })

  promise('is refused with all that is wrong with it, and to whoever sees other accounts alone', async () => {
    const integration = await scene.keyed()
    const account = await scene.api.account(integration, { secret: { token: 'key' } })
    const wrong = await scene.api.post('/v1/connect-links', {
      integration: 'none',
      environment: 'none',
      account: 'acc_x',
    })
    expect([wrong.status, wrong.body.errors.map(({ path }: { path: string }) => path).sort()]).toEqual([
      422,
      ['/account', '/environment', '/integration'],
    ])
    const elsewhere = { integration, returnUrl: `${returnUrl}/../evil` }
    expect((await scene.api.post('/v1/connect-links', elsewhere)).body.errors).toMatchObject([
      { path: '/returnUrl', code: 'return_url_not_listed' },
    ])
    const key = async (fields: object) =>
      (await scene.api.post('/v1/keys', { name: 'K', scopes: ['accounts:connect'], ...fields })).body.key
    const asks = async (fields: object, body: object) =>
      scene.sallyport.request(
        'POST',
        '/v1/connect-links',
        { integration, ...body },
        { key: await key(fields) },
      )
    expect((await asks({ environment: 'qa' }, { account: account.id })).status).toBe(422)
    expect((await asks({ accounts: [account.id] }, {})).body.errors).toMatchObject([{ path: '/account' }])
    expect((await asks({ accounts: [account.id] }, { account: account.id })).status).toBe(201)
    expect((await asks({ tags: { user: 'ann' } }, { tags: { user: 'ben' } })).status).toBe(422)
    expect((await asks({ scopes: ['accounts:read'] }, {})).status).toBe(403)
  })

  promise(
    'that was never finished is taken away with the account that it made, a day after its end',
    async () => {
      const integration = await scene.oauth()
      const link = await scene.link(integration)
      await fillIn(scene.browser(), link.path)
      const [account] = await scene.accounts(integration)
      expect(account).toMatchObject({ status: 'pending' })
      scene.clock.advance(2 * hour)
      await scene.sallyport.runDue()
      expect(await scene.accounts(integration)).toHaveLength(1)
      scene.clock.advance(24 * hour)
      await scene.sallyport.runDue()
      expect(await scene.accounts(integration)).toEqual([])
      const { items } = (await scene.api.get(`/v1/audit?target=${account?.id}`)).body
      expect(items[0]).toMatchObject({ action: 'account.deleted', actor: { kind: 'system' } })
    },
  )

  promise('stands in no log, no referrer, no cache and no provider’s hands', async () => {
    const link = await scene.link(await scene.oauth(), { returnUrl })
    const ann = scene.browser()
    const pages = [await ann.get(link.path), await fillIn(ann, link.path)]
    const done = await authorized(ann, onwardOf(pages[1] ?? (await ann.get(link.path))))
    for (const { headers, text } of [...pages, done]) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self';/)
      expect(text).not.toMatch(/ style=|<style| on\w+=/)
    }
    const secret = link.path.split('/').at(-1) ?? ''
    const { result = '' } = handedOver(done)
    expect(scene.sallyport.logged()).not.toContain(secret)
    expect(scene.sallyport.logged()).not.toContain(result)
    for (const { path, query, headers, body } of scene.provider.received())
      expect(JSON.stringify([path, query, headers, body])).not.toContain(secret)
  })
})
