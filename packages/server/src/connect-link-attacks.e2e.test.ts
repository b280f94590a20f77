import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canary, type FakeClock, fakeClock, filesIn, findCanaries } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, test as promise } from 'vitest'
import {
  authorized,
  connectScene,
  fillIn,
  followed,
  handedOver,
  headingOf,
  onwardOf,
  returnUrl,
  token,
} from './connect-links.suite.ts'
import { keyed } from './endpoints/rest.suite.ts'
import { csrfIn } from './people.suite.ts'

let scene: Awaited<ReturnType<typeof connectScene<FakeClock>>>
beforeAll(async () => {
  scene = await connectScene(fakeClock())
})
afterAll(() => scene.close())

const hour = 3_600_000

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
      expect((await mallory.get(link.path)).status).toBe(409)
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

  promise('who sends the form in at the same moment is one of ten, and the others go nowhere', async () => {
    const integration = await scene.oauth()
    const link = await scene.link(integration)
    const begin = async () => {
      const browser = scene.browser()
      const csrf = csrfIn((await browser.get(link.path)).text) ?? ''
      return () => browser.post(link.path, { csrf })
    }
    const browsers = await Promise.all(Array.from({ length: 10 }, begin))
    const replies = await Promise.all(browsers.map((send) => send()))
    expect(replies.map(onwardOf).filter((url) => url !== '')).toHaveLength(1)
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)])
    expect(await scene.accounts(integration)).toHaveLength(1)
  })

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

    const bound = await scene.link(integration, { returnUrl })
    await scene.api.patch('/v1/environments/development', { returnUrls: [] })
    expect([404, 429]).toContain((await scene.browser().get(bound.path)).status)
    await scene.api.patch('/v1/environments/development', { returnUrls: [returnUrl] })

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

  promise(
    'hands on what was entered to nobody: not to logs, audit, events, replies or pages, nor to the disk in the clear',
    async () => {
      const secret = canary('entered on the page')
      const integration = await scene.define({ ...keyed(scene.provider.origin), auth: { type: 'api_token' } })
      const link = await scene.link(integration, { returnUrl })
      const ann = scene.browser()
      const done = await fillIn(ann, link.path, token(secret))
      const { account, result } = handedOver(done)
      const told = [done.text, scene.sallyport.logged()]
      for (const path of [
        '/v1/audit',
        '/v1/events',
        `/v1/accounts/${account}`,
        `/v1/accounts/${account}/traces`,
      ])
        told.push((await scene.api.get(path)).text)
      told.push((await scene.api.post(`/v1/accounts/${account}/confirm`, { result })).text)
      const { dataFolder } = scene.sallyport
      for (const file of filesIn(dataFolder)) told.push(readFileSync(join(dataFolder, file), 'latin1'))
      for (const text of told) expect(findCanaries(text)).toEqual([])
      await scene.api.get(`/proxy/${account}/me`)
      expect(scene.provider.received('GET /keyed/me').at(-1)?.headers['x-api-key']).toBe(secret)
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
