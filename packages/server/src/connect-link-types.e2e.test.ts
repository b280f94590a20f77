import { type FakeClock, fakeClock, type Sshd, sshKey, startSshd } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test as promise } from 'vitest'
import { json } from './canary.suite.ts'
import {
  alertOf,
  connectScene,
  faultOf,
  fillIn,
  handedOver,
  headingOf,
  returnUrl,
  test,
  token,
} from './connect-links.suite.ts'
import { directory } from './custom-token.suite.ts'
import { basic, oauth } from './endpoints/rest.suite.ts'
import { sftpIntegration } from './sftp.suite.ts'

let scene: Awaited<ReturnType<typeof connectScene<FakeClock>>>
beforeAll(async () => {
  scene = await connectScene(fakeClock())
})
afterAll(() => scene.close())

/** By which names a page asks for something. */
const askedBy = ({ text }: { readonly text: string }) =>
  [...text.matchAll(/ name="((?:parameters|secret)\.\w+)"/g)].map(([, name]) => name)

const confirm = (account: string | undefined, result: string | undefined) =>
  scene.api.post(`/v1/accounts/${account}/confirm`, { result })

promise(
  'a login that fetches a token is tried with what was entered; the token waits to be confirmed with it',
  async () => {
    const { provider } = scene
    const { key: _, ...rest } = JSON.parse(
      JSON.stringify(directory).replaceAll('https://dir.example.com', provider.origin),
    )
    const integration = await scene.define(rest)
    const link = await scene.link(integration, { returnUrl })
    provider.script('POST /login', ({ body }) =>
      JSON.parse(body).password === 'open sesame'
        ? json(200, { data: { token: 'issued', ttl: 3600 } })
        : json(401, {}),
    )
    const ann = scene.browser()
    expect(askedBy(await ann.get(link.path))).toEqual(['parameters.user', 'parameters.password'])
    const wrong = await fillIn(ann, link.path, { 'parameters.user': 'ann', 'parameters.password': 'open' })
    expect(alertOf(wrong)).toContain('did not accept what you entered')
    expect(wrong.text).toContain('value="ann"')
    expect(wrong.text).not.toContain('value="open"')
    const right = { 'parameters.user': 'ann', 'parameters.password': 'open sesame' }
    const { account, result } = handedOver(await fillIn(ann, link.path, right))
    expect(await scene.api.read(account ?? '')).toMatchObject({
      status: 'pending',
      parameters: { user: 'ann' },
    })
    expect((await confirm(account, result)).body).toMatchObject({ status: 'connected', generation: 1 })
    provider.script('GET /me', json(200, {}))
    expect((await scene.api.get(`/proxy/${account}/me`)).status).toBe(200)
    expect(provider.received('GET /me').at(-1)?.headers['x-auth']).toBe('issued')
    scene.clock.advance(1_900_000)
    expect((await scene.api.get(`/proxy/${account}/me`)).status).toBe(200)
    expect((await scene.api.read(account ?? '')).generation).toBe(2)
  },
)

promise(
  'an account that is connected again goes on with what it has until the new is confirmed',
  async () => {
    const integration = await scene.keyed()
    const before = await scene.api.account(integration, { secret: { token: 'key' } })
    const link = await scene.link(integration, { account: before.id, returnUrl })
    scene.provider.script('GET /keyed/me', json(200, {}))
    const { account, result } = handedOver(await fillIn(scene.browser(), link.path, token('another')))
    const sent = async () => {
      await scene.api.get(`/proxy/${before.id}/me`)
      return scene.provider.received('GET /keyed/me').at(-1)?.headers['x-api-key']
    }
    expect([account, await sent()]).toEqual([before.id, 'key'])
    expect((await confirm(account, result)).body).toMatchObject({ status: 'connected', generation: 2 })
    expect(await sent()).toBe('another')
  },
)

promise('what is parked goes when its account is disconnected meanwhile', async () => {
  const integration = await scene.keyed()
  const before = await scene.api.account(integration, { secret: { token: 'key' } })
  const link = await scene.link(integration, { account: before.id, returnUrl })
  const { account, result } = handedOver(await fillIn(scene.browser(), link.path, token('key')))
  await scene.api.post(`/v1/accounts/${before.id}/disconnect`)
  expect((await confirm(account, result)).status).toBe(409)
  expect(await scene.api.read(before.id)).toMatchObject({ status: 'revoked' })
})

promise('each type asks for its own, and for nothing where nothing is needed', async () => {
  const { origin } = scene.provider
  const asks = async (definition: object) =>
    askedBy(await scene.browser().get((await scene.link(await scene.define(definition))).path))
  const sides = ['secret.username', 'secret.password']
  expect(await asks(basic(origin))).toEqual(sides)
  expect(await asks(basic(origin, { auth: { type: 'basic', password: 'x' } }))).toEqual(['secret.username'])
  expect(await asks(oauth(origin, { grant: 'password' }))).toEqual(sides)
  expect(await asks(oauth(origin))).toEqual([])
  expect(await asks(oauth(origin, { grant: 'client_credentials' }))).toEqual([])
  const signed = { type: 'aws_sigv4', region: 'us-east-1', service: 'execute-api' }
  expect(await asks({ baseUrl: origin, auth: signed })).toEqual([
    ...['secret.accessKeyId', 'secret.secretAccessKey', 'secret.sessionToken'],
  ])
  const machine = await scene.link(await scene.define(oauth(origin, { grant: 'client_credentials' })))
  expect(headingOf(await fillIn(scene.browser(), machine.path))).toBe('Some API is connected')
  const missing = await fillIn(
    scene.browser(),
    (await scene.link(await scene.define(basic(origin, { test })))).path,
  )
  expect([faultOf(missing, 'secret.username'), faultOf(missing, 'secret.password')]).toEqual([
    'Please fill this in.',
    '',
  ])
})

promise(
  'a provider of the catalogue is asked for in its own words, and by the form that its keys have',
  async () => {
    const made = await scene.api.post('/v1/integrations', { key: 'catalogued', provider: 'apify' })
    expect(made.status, made.text).toBe(201)
    const page = await fillIn(
      scene.browser(),
      (await scene.link('catalogued')).path,
      token('not one of those'),
    )
    expect(page.text).toContain('<label for="secret.token"><bdi>API key</bdi></label>')
    expect(faultOf(page, 'secret.token')).toBe('This does not have the expected form.')
  },
)

promise('files: a host key that is new is shown, and trusted by a tick', async () => {
  const [hostKey, userKey] = await Promise.all([sshKey(), sshKey()])
  const sshd: Sshd = await startSshd({ hostKeys: [hostKey], authorized: [userKey] })
  try {
    const integration = await sftpIntegration(scene.sallyport, sshd.port)
    const link = await scene.link(integration)
    const ann = scene.browser()
    // As browsers send the lines of a text.
    const privateKey = userKey.privateKey.replaceAll('\n', '\r\n')
    const given = { 'secret.username': sshd.username, 'secret.privateKey': privateKey }
    const shown = await fillIn(ann, link.path, given)
    expect(alertOf(shown)).toMatch(/key that has not been seen before/)
    expect(shown.text).toContain(hostKey.fingerprint)
    const trusted = { ...given, 'secret.hostKey': hostKey.fingerprint }
    expect(headingOf(await fillIn(ann, link.path, trusted))).toBe(`${integration} is connected`)
  } finally {
    await sshd.stop()
  }
})

promise(
  'the colour of an environment is a stylesheet of ours, with text on it that reads; anything else is refused',
  async () => {
    const sheet = async (hex: string) => scene.browser().get(`/connect/accent/${hex}.css`)
    expect((await sheet('b0006d')).text).toBe(':root { --brand: #b0006d; --on-brand: #fff; }\n')
    expect((await sheet('ffd400')).text).toContain('--on-brand: #000')
    for (const hex of ['red', 'b0006', 'B0006D', 'b0006d}', '%7D%2A'])
      expect((await sheet(hex)).status).toBe(404)
    const set = (connectPage: object) => scene.api.patch('/v1/environments/development', { connectPage })
    for (const accent of ['red', '#b0006d;}', 'url(//evil.example)', '#b0006']) {
      expect((await set({ accent })).body.errors).toMatchObject([{ path: '/connectPage/accent' }])
    }
    expect((await set({ accent: '#B0006D', title: 'Sunny' })).body.connectPage).toEqual({
      accent: '#B0006D',
      title: 'Sunny',
    })
    const link = await scene.link(await scene.keyed())
    const page = await scene.browser().get(link.path)
    expect(page.text).toContain('/connect/accent/b0006d.css')
    expect(page.text).toContain('<bdi>Sunny</bdi> asks you')
    expect((await set({ title: null })).body.connectPage).toEqual({ accent: '#B0006D' })
  },
)
